"""Pictures turned as their EXIF data say."""

from PIL import ExifTags, Image, ImageOps


def upright(picture: Image.Image) -> Image.Image:
    """A picture turned as its EXIF data say, in its mode; where these are broken or absent, as it is stored."""
    turned = picture.copy()
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # what Pillow raises of broken EXIF data depends on what is broken
        return turned
    # none of the other data, which may be broken
    turned.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    turned.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(turned, in_place=True)
    return turned
