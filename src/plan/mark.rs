//! Marks for values that a plan does not show, so that who reads two plans sees
//! whether a masked value is the same in both.

use crate::model::{Address, FieldPath, FingerprintKey, Leaf, Mark, Shown};

use super::{Base, Planned};

/// Marks the masked values of everything that is to be done. A mark is of a field of
/// one resource: the same value elsewhere has another one, so a mark lets nobody test
/// a guess that they could not test with a plan of their own. What is blocked has no
/// marks, for its values are not kept.
pub fn mark(planned: &mut Planned, base: Option<&Base>, key: &FingerprintKey) {
    let Planned { plan, work } = planned;
    for change in &mut plan.changes {
        let Some(work) = work.get(&change.address) else {
            continue;
        };
        let wanted = base.and_then(|base| base.desired().get(&change.address));
        for field in &mut change.fields {
            let path = field.path;
            let of = |shown: &Shown, leaf: Option<&Leaf>| {
                let leaf = leaf.filter(|_| matches!(shown, Shown::Masked(_)))?;
                Some(mark_of(key, &change.address, path, leaf))
            };
            field.marks.before = of(&field.before, work.relied_on.get(&path));
            field.marks.after = of(&field.after, work.desired.get(path));
            let base = wanted.and_then(|wanted| wanted.tree.get(path));
            field.marks.base = field.base.as_ref().and_then(|shown| of(shown, base));
        }
    }
}

fn mark_of(key: &FingerprintKey, address: &Address, path: FieldPath, leaf: &Leaf) -> Mark {
    let of_field = key.start("mark").text(&address.to_string());
    of_field.text(path.as_str()).leaf(leaf).finish().mark()
}
