//! Frames with secrets.

/// Frames with secrets print only their type, so that no log line or panic message can reveal one.
macro_rules! debug_without_fields {
    ($($frame:ident),*) => {$(
        impl std::fmt::Debug for $frame {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($frame)).finish_non_exhaustive()
            }
        }
    )*};
}

pub(super) use debug_without_fields;
