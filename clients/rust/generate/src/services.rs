//! Writes the client of each service: methods that take and return messages.
//!
//! tonic's own generator is not used, because its clients need `&mut self`, wrap each message, and fail with tonic's
//! status. These fill the client's project in, send its key and keep to its timeout.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use prost_build::{Method, Service, ServiceGenerator};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FileDescriptorSet};

/// The service that is called by hand-written code only.
const HIDDEN: &str = "Eventing";

/// Writes services; it knows which requests name a project, and which answers are pages of a list.
pub struct Services {
    /// The requests with a text `project`.
    in_project: HashSet<String>,
    /// The requests with a `page_token`.
    paged: HashSet<String>,
    /// The list of each answer with a `next_page_token`: its field, and the type of its items.
    lists: HashMap<String, (String, String)>,
}

impl Services {
    /// Reads which messages have which fields.
    pub fn new(set: &FileDescriptorSet) -> Self {
        let messages = || set.file.iter().flat_map(|file| &file.message_type);
        let with = |name| {
            messages().filter(move |message| has_text(message, name)).map(|each| each.name().to_owned())
        };
        Self {
            // Nobody deletes a project without its name.
            in_project: with("project").filter(|name| name != "DeleteProjectRequest").collect(),
            paged: with("page_token").collect(),
            lists: messages().filter_map(|each| Some((each.name().to_owned(), list(each)?))).collect(),
        }
    }

    fn method(&self, path: &str, method: &Method, buffer: &mut String) -> std::fmt::Result {
        let Method { name, input_type, output_type, .. } = method;
        let fill = self.in_project.contains(input_type);
        let mutable = if fill { "mut " } else { "" };
        let body = if fill { "self.calls.fill(&mut request.project);" } else { "" };
        method.comments.append_with_indent(1, buffer);
        match (method.client_streaming, method.server_streaming) {
            (false, false) => write!(
                buffer,
                "pub async fn {name}(&self, {mutable}request: {input_type}) -> Result<{output_type}, crate::Error> {{
                    {body}
                    self.calls.unary(\"{path}\", request).await
                }}"
            ),
            (false, true) => write!(
                buffer,
                "pub fn {name}(&self, {mutable}request: {input_type}) -> crate::Items<'static, {output_type}> {{
                    {body}
                    self.calls.server_stream(\"{path}\", request)
                }}"
            ),
            _ => write!(
                buffer,
                "pub fn {name}<S>(&self, requests: S) -> crate::Items<'static, {output_type}>
                where S: futures_util::Stream<Item = crate::written::Written<{input_type}>> + Send + 'static {{
                    self.calls.both_stream(\"{path}\", requests)
                }}"
            ),
        }?;
        self.by_item(path, method, buffer)
    }

    /// Writes a second method for a list, which reads page after page.
    fn by_item(&self, path: &str, method: &Method, buffer: &mut String) -> std::fmt::Result {
        let Method { name, input_type, output_type, .. } = method;
        let Some((field, item)) = self.lists.get(output_type).filter(|_| self.paged.contains(input_type))
        else {
            return Ok(());
        };
        let fill =
            if self.in_project.contains(input_type) { "self.calls.fill(&mut request.project);" } else { "" };
        write!(
            buffer,
            "
            /// The items of `{name}` one by one; it reads the pages as they are needed.
            pub fn {name}_by_item(&self, mut request: {input_type}) -> crate::Items<'static, {item}> {{
                {fill}
                crate::pages::items(self.calls.clone(), \"{path}\", move |token| {{
                    request.page_token = token;
                    request.clone()
                }}, |page: {output_type}| (page.{field}, page.next_page_token))
            }}"
        )
    }
}

impl ServiceGenerator for Services {
    fn generate(&mut self, service: Service, buffer: &mut String) {
        let (name, proto_name) = (&service.name, format!("{}.{}", service.package, service.proto_name));
        let visible = if name == HIDDEN { "pub(crate)" } else { "pub" };
        service.comments.append_with_indent(0, buffer);
        write!(
            buffer,
            "#[derive(Clone, Debug)]
            {visible} struct {name} {{ calls: crate::calls::Calls }}

            impl {name} {{
                pub(crate) fn new(calls: crate::calls::Calls) -> Self {{ Self {{ calls }} }}
            "
        )
        .expect("a string takes everything");
        for method in &service.methods {
            self.method(&format!("/{proto_name}/{}", method.proto_name), method, buffer)
                .expect("a string takes everything");
        }
        buffer.push_str("}\n");
    }
}

fn has_text(message: &DescriptorProto, name: &str) -> bool {
    message.field.iter().any(|field| field.name() == name && field.r#type() == Type::String)
}

/// Returns the name of the only list in a page, and the type of what it lists.
fn list(message: &DescriptorProto) -> Option<(String, String)> {
    if !has_text(message, "next_page_token") {
        return None;
    }
    let mut lists = message.field.iter().filter(|field| field.label() == Label::Repeated);
    let list = lists.next().filter(|_| lists.next().is_none())?;
    Some((list.name().to_owned(), list.type_name().rsplit('.').next()?.to_owned()))
}
