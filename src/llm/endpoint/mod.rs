//! A server that speaks the OpenAI protocol, reached over HTTP.
