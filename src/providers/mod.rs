//! The billing systems that `trueup` speaks to.

mod acronis;
