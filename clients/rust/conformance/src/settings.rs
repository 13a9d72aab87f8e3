//! The clients of the settings that have come.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use bellrope::Client;
use serde_json::{Value, json};

use crate::Failed;

/// A client for each of the settings.
#[derive(Default)]
pub struct Clients(HashMap<String, Client>);

impl Clients {
    /// Returns the client of some settings.
    pub fn of(&mut self, settings: &Value) -> Result<Client, Failed> {
        let name = settings.to_string();
        if !self.0.contains_key(&name) {
            self.0.insert(name.clone(), made(settings)?);
        }
        Ok(self.0[&name].clone())
    }
}

fn made(settings: &Value) -> Result<Client, Failed> {
    let mut builder = Client::builder();
    if let Some(server) = settings["server"].as_str() {
        builder = builder.server(server);
    }
    if let Some(project) = settings["project"].as_str() {
        builder = builder.project(project);
    }
    if let Some(key) = settings["key"].as_str() {
        builder = builder.key(key);
    }
    if settings["key_without_tls"] == true {
        builder = builder.allow_key_without_tls();
    }
    if let Some(timeout) = settings["timeout_ms"].as_u64() {
        builder = builder.timeout(Duration::from_millis(timeout));
    }
    if let Some(path) = settings["ca_file"].as_str() {
        let wrong = |error| Failed::Error(json!({"kind": "WRONG_SETTING", "message": format!("{error}")}));
        builder = builder.ca_certificate(fs::read(path).map_err(wrong)?);
    }
    Ok(builder.build()?)
}

/// Returns what a client makes of its settings.
pub fn shown(client: &Client) -> Value {
    json!({"server": client.address(), "tls": client.uses_tls(), "project": client.project()})
}
