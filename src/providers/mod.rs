//! The billing systems that manifests can name.

mod zegoal;
