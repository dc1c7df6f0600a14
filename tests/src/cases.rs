//! Which cases there are, and how they become tests.

/// Expands drivers × stores × cases into tests named `driver::store::room::case`.
///
/// `cases` is [`protocol`](crate::protocol), [`door`](crate::door), which wants drivers that host
/// the application described there, or [`races`](crate::protocol::races), which takes seconds.
/// A driver is a path to `async fn(World) -> Box<dyn Driver>`, a store a path to a function without
/// arguments whose result makes [`grantry::ports::Stores`].
#[macro_export]
macro_rules! conformance {
    (cases: protocol, $($rest:tt)*) => { $crate::__protocol! { __drivers $($rest)* } };
    (cases: door, $($rest:tt)*) => { $crate::__door! { __drivers $($rest)* } };
    (cases: races, $($rest:tt)*) => { $crate::__races! { __drivers $($rest)* } };
}

/// The cases for every driver: one line for each room, one word for each case.
#[doc(hidden)]
#[macro_export]
macro_rules! __protocol {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            protocol [
                direct_authorize: [
                    the_answer_is_a_code_and_nothing_else,
                ],
            ]
            $($rest)*
        }
    };
}

/// The cases for drivers that host an application.
#[doc(hidden)]
#[macro_export]
macro_rules! __door {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            door [
                host: [
                    the_hosts_own_routes_still_answer,
                ],
            ]
            $($rest)*
        }
    };
}

/// Many at once, many times over.
#[doc(hidden)]
#[macro_export]
macro_rules! __races {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            protocol [
                races: [
                    of_64_redemptions_of_one_code_one_wins_and_the_grant_ends,
                    all_of_64_refreshes_of_one_token_get_the_same_successor,
                ],
            ]
            $($rest)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __drivers {
    ($area:ident $cases:tt drivers: { $($driver:ident: $make:path),* $(,)? }, stores: $stores:tt $(,)?) => { $(
        mod $driver {
            $crate::__stores! { $area $cases ($make) $stores }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __stores {
    ($area:ident $cases:tt ($make:path) { $($store:ident: $new:path),* $(,)? }) => { $(
        mod $store {
            $crate::__rooms! { $area $cases ($make) ($new) }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __rooms {
    ($area:ident [$($room:ident: $cases:tt),* $(,)?] $make:tt $new:tt) => { $(
        mod $room {
            $crate::__cases! { $area $room $cases $make $new }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($area:ident $room:ident [$($case:ident),* $(,)?] $make:tt $new:tt) => { $(
        $crate::__case! { $area $room $case $make $new }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __case {
    ($area:ident $room:ident $case:ident ($make:path) ($new:path)) => {
        #[test]
        fn $case() {
            $crate::run(async {
                let world = $crate::World::new($new()).await;
                let driver = $make(world.clone()).await;
                $crate::$area::$room::$case(&$crate::Stage { world, driver }).await;
            });
        }
    };
}
