//! Bodies that come and go in pieces.

use std::time::Duration;

use futures_util::future::{Either, select};
use wasm_bindgen::prelude::*;
use worker::Delay;
use worker::js_sys::{self, Promise, futures::JsFuture};
use worker::web_sys::{self, Response};

use super::http::init;
use super::{Result, member, promised, set_header};

/// How long a stream's reader may take to read its end.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

#[wasm_bindgen]
extern "C" {
    type Reader;

    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> std::result::Result<Promise, JsValue>;

    type IdentityTransformStream;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> std::result::Result<IdentityTransformStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &IdentityTransformStream) -> web_sys::ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &IdentityTransformStream) -> Writable;

    type Writable;

    #[wasm_bindgen(method, catch, js_name = getWriter)]
    fn get_writer(this: &Writable) -> std::result::Result<Writer, JsValue>;

    type Writer;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Writer, bytes: js_sys::Uint8Array) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Writer) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn abort(this: &Writer) -> std::result::Result<Promise, JsValue>;
}

/// Where server-sent events are written.
pub(crate) struct EventWriter(Writer);

impl EventWriter {
    /// A stream of events, and the answer that it is.
    pub(crate) fn open() -> Result<(Self, Response)> {
        let stream = IdentityTransformStream::new()?;
        let writer = stream.writable().get_writer()?;
        let response = Response::new_with_opt_readable_stream_and_init(Some(&stream.readable()), &init(200))?;
        set_header(&response, "Content-Type", "text/event-stream")?;
        Ok((Self(writer), response))
    }

    /// Writes; `false` where nobody reads it, or not in time.
    pub(crate) async fn write(&self, text: &str, within: Duration) -> bool {
        let Ok(written) = self.0.write(js_sys::Uint8Array::from(text.as_bytes())) else { return false };
        match select(JsFuture::from(written), Delay::from(within)).await {
            Either::Left((written, _)) => written.is_ok(),
            Either::Right(_) => false,
        }
    }

    /// Ends the stream; one that nobody reads is thrown away.
    pub(crate) async fn close(&self) {
        let closed = self.0.close().map(JsFuture::from);
        let Ok(closed) = closed else { return };
        if let Either::Right(_) = select(closed, Delay::from(CLOSE_WITHIN)).await
            && let Ok(aborted) = self.0.abort()
        {
            let _ = JsFuture::from(aborted).await;
        }
    }
}

/// The body of a request or an answer, in the pieces that it comes in.
pub(crate) struct Body(Reader);

impl Body {
    /// A request's body; `None` where there is none.
    pub(crate) fn of(request: &web_sys::Request) -> Option<Self> {
        request.body().map(|stream| Self(stream.get_reader().unchecked_into()))
    }

    /// An answer's body; `None` where there is none.
    pub(crate) fn of_response(response: &Response) -> Option<Self> {
        response.body().map(|stream| Self(stream.get_reader().unchecked_into()))
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Vec<u8>>> {
        let chunk = promised(self.0.read()).await?;
        Ok(member(&chunk, "value").map(|bytes| js_sys::Uint8Array::unchecked_from_js(bytes).to_vec()))
    }

    /// Lets go of the rest.
    pub(crate) async fn cancel(&self) -> Result<()> {
        promised(self.0.cancel()).await.map(drop)
    }
}
