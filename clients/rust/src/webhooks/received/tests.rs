//! Which event a request contains, in each encoding that a trigger can have.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;

use super::{DataForm, ReceiveError, Received, parse};
use crate::ErrorKind;

const ATTRIBUTES: [(&str, &str); 4] =
    [("id", "e-1"), ("type", "paid"), ("source", "here"), ("time", "2026-11-23T11:50:27.564Z")];

fn document(version: &str, members: &str) -> Bytes {
    let attributes: Vec<_> =
        ATTRIBUTES.iter().map(|(name, value)| format!("\"{name}\": \"{value}\"")).collect();
    format!("{{\"specversion\": \"{version}\", {}{members}}}", attributes.join(", ")).into()
}

fn of_type(content_type: &str) -> HeaderMap {
    [("content-type", content_type), ("webhook-id", "d-1")].into_iter().fold(HeaderMap::new(), with)
}

fn with(mut headers: HeaderMap, (name, value): (&'static str, &str)) -> HeaderMap {
    if !value.is_empty() {
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

fn binary(content_type: &str) -> HeaderMap {
    let attributes = [
        ("ce-specversion", "1.0"),
        ("ce-id", "e-1"),
        ("ce-type", "paid"),
        ("ce-source", "here"),
        ("ce-time", "2026-11-23T11:50:27.564Z"),
    ];
    attributes.into_iter().fold(of_type(content_type), with)
}

fn received(data_form: DataForm, raw: &'static [u8]) -> Received {
    Received {
        id: "e-1".into(),
        r#type: "paid".into(),
        source: "here".into(),
        time: Some(UNIX_EPOCH + Duration::from_millis(1_795_434_627_564)),
        delivery_id: "d-1".into(),
        data_form,
        raw: raw.into(),
    }
}

fn structured(members: &str) -> Received {
    parse(&document("1.0", members), &of_type("application/cloudevents+json; charset=utf-8")).unwrap()
}

fn refusal(body: &Bytes, headers: &HeaderMap) -> String {
    match parse(body, headers) {
        Err(ReceiveError::NotAnEvent(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// The three encodings give one value, the data byte for byte.
#[test]
fn an_event_is_the_same_in_every_encoding() {
    let data = r#"{"a": [1.0, -0, 1e2], "n": 18446744073709551616}"#;
    let expected = received(DataForm::Json, data.as_bytes());
    let members = format!(", \"data\" : {data} ");
    assert_eq!(Ok(&expected), parse(&document("1.0-rc1", &members), &of_type("application/json")).as_ref());
    assert_eq!(expected, structured(&members));
    assert_eq!(Ok(&expected), parse(&data.into(), &binary("application/json")).as_ref());
    #[derive(serde::Deserialize)]
    struct Data {
        n: u128,
    }
    assert_eq!(1 << 64, expected.data::<Data>().unwrap().n);
}

/// Text is a string, and base64 is bytes unless it is JSON.
#[test]
fn data_of_other_types_is_read_too() {
    let text = structured(r#","datacontenttype":"text/plain","data":"Zoë""#);
    assert_eq!(received(DataForm::Text, "Zoë".as_bytes()), text);
    assert_eq!(("Zoë".to_owned(), "Zoë"), (text.data().unwrap(), text.data().unwrap()));
    let bytes = structured(r#","datacontenttype":"text/plain","data_base64":"AP8=""#);
    assert_eq!(received(DataForm::Bytes, b"\x00\xff"), bytes);
    assert_eq!(b"\x00\xff", bytes.data::<&[u8]>().unwrap());
    assert_eq!(ErrorKind::InvalidData, bytes.data::<u8>().unwrap_err().kind());
    let json = structured(r#","data_base64":"WzEuMF0=""#);
    assert_eq!(received(DataForm::Json, b"[1.0]"), json);
    let other = structured(r#","datacontenttype":"application/xml","data":{"a":1}"#);
    assert_eq!(received(DataForm::Json, b"{\"a\":1}"), other);
    assert_eq!(received(DataForm::Json, b""), structured(""));
    assert_eq!(None, structured("").data::<Option<u8>>().unwrap());
    assert_eq!(Ok(received(DataForm::Bytes, b"\xff{")), parse(&b"\xff{"[..].into(), &binary("image/png")));
    assert_eq!(Ok(received(DataForm::Bytes, b"\xff")), parse(&b"\xff"[..].into(), &binary("")));
    assert_eq!(Ok(received(DataForm::Json, b"[1.0]")), parse(&b"[1.0]"[..].into(), &binary("")));
}

/// Percent-encoding and quotes are decoded as in the binding, section 3.1.3.2.
#[test]
fn binary_attributes_are_decoded() {
    for (value, expected) in [
        ("gr%C3%B6%C3%9Fe", "größe"),
        (r#""a \"b\" c""#, "a \"b\" c"),
        ("100%25", "100%"),
        ("plain", "plain"),
    ] {
        let headers = with(binary(""), ("ce-type", value));
        assert_eq!(expected, parse(&Bytes::new(), &headers).unwrap().r#type);
    }
    assert_eq!("an attribute is not UTF-8", refusal(&Bytes::new(), &with(binary(""), ("ce-type", "%FF"))));
}

/// CloudEvents do not require a time.
#[test]
fn an_event_may_have_no_time() {
    let mut headers = binary("");
    headers.remove("ce-time");
    assert_eq!(None, parse(&Bytes::new(), &headers).unwrap().time);
}

/// Whatever is missing or wrong, the error says what.
#[test]
fn what_is_no_event_is_refused() {
    let documented = of_type("application/json");
    assert_eq!("its specversion is not 1.0-rc1", refusal(&document("1.0", ""), &documented));
    let twice = refusal(&document("1.0-rc1", ", \"id\": \"e-2\""), &documented);
    assert!(twice.contains("`id` comes twice"), "{twice}");
    assert!(refusal(&"[1]".into(), &documented).contains("expected a JSON object"));
    let both = document("1.0-rc1", r#","data":1,"data_base64":"""#);
    assert_eq!("it has both data and data_base64", refusal(&both, &documented));
    assert_eq!("its id is not a text", refusal(&r#"{"specversion":"1.0-rc1","id":1}"#.into(), &documented));
    assert_eq!("it has no id", refusal(&r#"{"specversion":"1.0-rc1"}"#.into(), &documented));
    assert_eq!("it has no webhook-id", refusal(&document("1.0-rc1", ""), &HeaderMap::new()));
    let late = with(binary(""), ("ce-time", "yesterday"));
    assert_eq!("its time is not a time with a zone", refusal(&Bytes::new(), &late));
    assert!(refusal(&"{".into(), &binary("application/json")).contains("EOF"));
}
