#![cfg_attr(fuzzing, no_main)]

fuzz_targets::main!(user_code);
