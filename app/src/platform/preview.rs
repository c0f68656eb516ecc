//! Pictures that the gateway made: previews and thumbnails.

use js_sys::Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlImageElement, Url};

use super::BrowserError;
use super::buffer::Buffer;

/// A picture that the browser has decoded. Its address lives as long as it does.
#[derive(Debug)]
pub struct PreviewImage {
    element: HtmlImageElement,
}

impl PreviewImage {
    /// Decodes a JPEG or WebP: browsers look at an image's bytes, not at its type.
    ///
    /// # Errors
    /// When the bytes are no picture.
    pub async fn decode(bytes: &Buffer) -> Result<Self, BrowserError> {
        let refused = |thrown| BrowserError::of("a preview", &thrown);
        let blob = Blob::new_with_buffer_source_sequence(&Array::of1(bytes.raw())).map_err(refused)?;
        let element = HtmlImageElement::new().map_err(refused)?;
        element.set_src(&Url::create_object_url_with_blob(&blob).map_err(refused)?);
        let image = Self { element };
        JsFuture::from(image.element.decode()).await.map_err(refused)?;
        Ok(image)
    }

    /// Takes over a picture that is already on the page.
    pub(super) fn adopt(element: HtmlImageElement) -> Self {
        Self { element }
    }

    /// Address for an image element of the page.
    pub fn url(&self) -> String {
        self.element.src()
    }

    /// The picture, to draw it.
    pub(super) fn element(&self) -> &HtmlImageElement {
        &self.element
    }
}

impl Drop for PreviewImage {
    fn drop(&mut self) {
        // Fails for no address that was made here.
        let _ = Url::revoke_object_url(&self.element.src());
    }
}
