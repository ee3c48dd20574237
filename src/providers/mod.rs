//! The registry: one line per provider. Nothing else in the crate names one.

macro_rules! register {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every provider, in the order in which they are shown to users.
        pub static ALL: &[&crate::provider::ProviderDef] = &[$(&$name::PROVIDER),*];
    };
}

register! {
    acronis,
    cove,
    zegoal,
}
