//! State that views react to, in one small type.
//!
//! A signal of Leptos is compiled anew for every type it holds: a dozen of them were 20 kB of the
//! first load (docs/performance.md). Here the reactive part is one [`ArcTrigger`], which holds
//! nothing and belongs to no component, and the value stands beside it. Methods are named as those of a signal.

use leptos::prelude::*;
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU32, Ordering},
};

/// Counts every change of any state, so that what is derived knows when it is out of date.
static CHANGES: AtomicU32 = AtomicU32::new(1);

/// A value that views react to. Lives as long as the page; copies are the same value.
pub struct State<T: 'static> {
    value: &'static RwLock<T>,
    changed: &'static ArcTrigger,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T: Send + Sync> State<T> {
    /// A new value. Made once for each visit, so leaking it is bounded.
    pub fn new(value: T) -> Self {
        Self {
            value: Box::leak(Box::new(RwLock::new(value))),
            changed: Box::leak(Box::new(ArcTrigger::new())),
        }
    }

    /// What asks is run again when the value changes.
    pub fn follow(&self) {
        self.changed.track();
    }

    /// Looks at the value, without reacting to it.
    pub fn with_untracked<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the value; what asks is run again when it changes.
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        self.with_untracked(look)
    }

    /// Changes the value in place and gives back what the change gives.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let given = change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner));
        CHANGES.fetch_add(1, Ordering::Relaxed);
        self.changed.notify();
        given
    }

    /// Puts another value in its place.
    pub fn set(&self, value: T) {
        self.update(|place| *place = value);
    }
}

impl<T: Clone + Send + Sync> State<T> {
    /// The value; what asks is run again when it changes.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value, without reacting to it.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

/// A value computed from states, kept until any state changes.
pub struct Derived<T: 'static> {
    kept: &'static RwLock<(u32, Option<Arc<T>>)>,
    react: &'static (dyn Fn() + Send + Sync),
    compute: &'static (dyn Fn() -> T + Send + Sync),
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T: Send + Sync> Derived<T> {
    /// What `compute` makes; `react` follows every state it rests on.
    pub fn new(
        react: impl Fn() + Send + Sync + 'static,
        compute: impl Fn() -> T + Send + Sync + 'static,
    ) -> Self {
        Self {
            kept: Box::leak(Box::new(RwLock::new((0, None)))),
            react: Box::leak(Box::new(react)),
            compute: Box::leak(Box::new(compute)),
        }
    }

    /// Looks at the value, without reacting to it.
    pub fn with_untracked<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.current())
    }

    /// The value of this moment. No lock is held while it is made or looked at, so what looks
    /// may change a state and ask again.
    fn current(&self) -> Arc<T> {
        let now = CHANGES.load(Ordering::Relaxed);
        let kept = match &*self.kept.read().unwrap_or_else(PoisonError::into_inner) {
            (made, Some(value)) if *made == now => Some(Arc::clone(value)),
            _ => None,
        };
        kept.unwrap_or_else(|| {
            let value = Arc::new(untrack(|| (self.compute)()));
            let fresh = (now, Some(Arc::clone(&value)));
            *self.kept.write().unwrap_or_else(PoisonError::into_inner) = fresh;
            value
        })
    }

    /// Looks at the value; what asks is run again when a state it rests on changes.
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        (self.react)();
        self.with_untracked(look)
    }
}

impl<T: Clone + Send + Sync> Derived<T> {
    /// The value; what asks is run again when a state it rests on changes.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value, without reacting to it.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_value_follows_the_states_it_rests_on() {
        let owner = Owner::new();
        owner.with(|| {
            let number = State::new(20_u32);
            let double = Derived::new(move || number.follow(), move || number.get() * 2);
            assert_eq!(double.get_untracked(), 40);
            number.set(21);
            assert_eq!(double.get_untracked(), 42);
            // Whoever looks may change and ask again.
            let again = double.with_untracked(|before| {
                number.set(*before);
                double.get_untracked()
            });
            assert_eq!(again, 84);
        });
    }
}
