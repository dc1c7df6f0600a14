use super::*;

fn violations(text: &str, read: impl FnOnce(&mut Form)) -> Vec<String> {
    let mut form = Form::parse(text.as_bytes(), "query");
    read(&mut form);
    form.violations.iter().map(Violation::to_string).collect()
}

#[test]
fn le_12_a_value_is_decoded_once() {
    let cases = [
        ("password=a+b", "a b"),
        ("password=a%20b", "a b"),
        ("password=a%2Bb", "a+b"),
        ("password=a%252Bb", "a%2Bb"),
        ("password=a=b", "a=b"),
        ("p%61ssword=%C3%A4", "ä"),
    ];
    for (text, want) in cases {
        let mut form = Form::parse(text.as_bytes(), "query");
        assert_eq!(**form.required("password", 9).unwrap(), *want, "{text}");
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let text = "username=a&username=b&password=&redirect_uri=%zz&state=xx";
    let found = violations(text, |form| {
        form.required("username", 9);
        form.required("password", 9);
        form.required("redirect_uri", 9);
        form.required("response_type", 9);
        form.optional("state", 1);
    });
    assert_eq!(
        found,
        [
            "username is given more than once",
            "password is empty",
            "redirect_uri is not form-urlencoded UTF-8",
            "response_type is required",
            "state is longer than 1 bytes",
        ]
    );
}

#[test]
fn le_19_names_that_are_not_known_are_not_repeated_to_the_caller() {
    let found = violations("<script>=1&<script>=2&%ff=1", |_| {});
    assert_eq!(found, ["query is given more than once", "query is not form-urlencoded UTF-8"]);
    assert_eq!(violations("x=1&y[]=2&y[]", |_| {}), ["query is given more than once"]);
    assert!(violations("unknown=1&another=2", |_| {}).is_empty());
}

#[test]
fn what_nobody_asks_for_may_be_garbage() {
    assert!(violations("unknown=%ff&code=%zz", |_| {}).is_empty());
    assert_eq!(violations("username=ä", |_| {}), ["query is not form-urlencoded UTF-8"]);
}

#[test]
fn too_many_parameters_are_not_even_decoded() {
    let many = "a=1&".repeat(limits::PARAMETERS + 1);
    assert_eq!(violations(&many, |_| {}), ["query holds more than 64 parameters"]);
    let most = (0..limits::PARAMETERS).map(|n| format!("a{n}&")).collect::<String>();
    assert!(violations(&most, |_| {}).is_empty());
}

#[test]
fn a_value_is_as_long_as_it_may_be() {
    assert!(
        violations("state=xxx", |form| assert!(form.optional("state", 3).is_some())).is_empty()
    );
    let found = violations("state=xxxx", |form| assert!(form.optional("state", 3).is_none()));
    assert_eq!(found, ["state is longer than 3 bytes"]);
}

#[test]
fn what_is_wrong_wins_over_what_could_be_made() {
    let finish = |text: &str, value: Option<u8>| {
        let mut form = Form::parse(text.as_bytes(), "query");
        form.optional("state", 1);
        form.finish(value)
    };
    assert!(matches!(finish("state=x", Some(7)), Ok(7)));
    assert!(matches!(finish("state=x", None), Err(Error::Internal)));
    for value in [None, Some(7)] {
        let Err(Error::Parameters(all)) = finish("state=xx&scope&scope", value) else {
            panic!("{value:?}")
        };
        assert_eq!(all.len(), 2);
    }
}

#[test]
fn of_a_form_that_was_not_read_nothing_else_is_said() {
    let mut form = Form::parse("state=ä".as_bytes(), "query");
    form.required("username", 9);
    let Err(Error::Parameters(all)) = form.finish(Some(7)) else { panic!("no error") };
    assert_eq!(
        all.iter().map(Violation::to_string).collect::<Vec<_>>(),
        ["query is not form-urlencoded UTF-8"]
    );
}

#[test]
fn a_value_is_checked_if_it_is_there() {
    let found = violations("", |form| {
        assert_eq!(form.check("state", None::<Result<u8, ()>>, "one"), None);
        assert_eq!(form.check("state", Some(Ok::<_, ()>(7)), "one"), Some(7));
        assert!(!form.wrong_elsewhere("scope"));
        assert_eq!(form.check("state", Some(Err::<u8, _>(())), "one"), None);
        assert!(form.wrong_elsewhere("scope") && !form.wrong_elsewhere("state"));
    });
    assert_eq!(found, ["state must be one"]);
}

#[test]
fn cut_off_encoding_and_broken_utf_8_are_refused() {
    for bad in ["%", "%4", "a%", "%g0", "%C3", "%c3%28", "%00%f"] {
        assert_eq!(decode(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(**decode(b"%00").unwrap(), *"\0");
}
