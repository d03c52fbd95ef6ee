//! Has no code: its manifest lists features of dependencies that papo and papo-server both use, so that both are built with the
//! same ones.
