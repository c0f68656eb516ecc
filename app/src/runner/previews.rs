//! Previews of series' key frames: what the boot script has shown, thumbnails, and larger ones.

use viewer_core::cache::SeriesIx;
use viewer_core::session::{Event, Failure};

use super::Runner;
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::fetch::Abort;
use crate::platform::preview::PreviewImage;

/// Quality of previews, 1–100.
const QUALITY: u8 = 80;

const ACCEPT: &str = "image/webp, image/jpeg; q=0.5";

/// Longer side up to which a preview is a thumbnail, pixels.
const THUMBNAIL_PX: u16 = 256;

/// What a preview is kept as: the boot script looks for the screen's.
const SCREEN: &str = "screen";
const THUMBNAIL: &str = "thumbnail";

impl Runner {
    /// Takes over the preview that the boot script has shown.
    pub(super) fn adopt_preview(&self) {
        let Some((index, image)) = self.0.boot.preview() else { return };
        let series = SeriesIx(index);
        self.0.held.borrow_mut().put_preview(series, image);
        self.send(Event::Preview { series, result: Ok(()) });
    }

    /// Keeps the preview that the boot script has fetched. Not that of a film that asks for a passcode: the script, which
    /// does not ask, would show it.
    pub(super) fn remember_boot_preview(&self) {
        let Some(index) = self.0.boot.preview_series() else { return };
        let runner = self.clone();
        clock::spawn(async move {
            let bytes = runner.0.boot.preview_bytes().await;
            if let Some((bytes, name)) = bytes.zip(runner.preview_name(SeriesIx(index), SCREEN)) {
                runner.remember_picture(name, bytes);
            }
        });
    }

    /// Brings a picture of a series' key frame, from this device or from the gateway.
    pub(super) fn fetch_preview(&self, series: SeriesIx, width: u16, height: u16) {
        let path = self.series_path(series).and_then(|path| {
            let film = self.film()?;
            let key_frame = &film.entry(series)?.1.key_frame;
            let (instance, frame) = (&key_frame.instance_uid, key_frame.frame);
            let size = format!("viewport={width},{height}&quality={QUALITY}");
            Some(format!("{path}/instances/{instance}/frames/{frame}/rendered?{size}"))
        });
        let kind = if width.max(height) <= THUMBNAIL_PX { THUMBNAIL } else { SCREEN };
        let Some((path, name)) = path.zip(self.preview_name(series, kind)) else { return };
        let runner = self.clone();
        clock::spawn(async move {
            let result = runner.bring_preview(&path, name).await;
            let result = result.map(|image| runner.0.held.borrow_mut().put_preview(series, image));
            runner.send(Event::Preview { series, result });
        });
    }

    async fn bring_preview(&self, path: &str, name: String) -> Result<PreviewImage, Failure> {
        if let Some(bytes) = self.recall_picture(&name).await
            && let Ok(image) = PreviewImage::decode(&bytes).await
        {
            return Ok(image);
        }
        let bytes: Buffer = self.bytes(path, ACCEPT, &Abort::default()).await?;
        let image = PreviewImage::decode(&bytes).await.map_err(|_| Failure::Damaged)?;
        if name.ends_with(THUMBNAIL) {
            self.remember_picture(name, bytes);
        }
        Ok(image)
    }

    fn preview_name(&self, series: SeriesIx, kind: &str) -> Option<String> {
        let film = self.film()?;
        Some(format!("preview/{}/{kind}", film.entry(series)?.1.uid))
    }
}
