"""Greys of coloured pictures."""

#: Weights of red, green and blue in luma, on gamma-coded values, as cameras and televisions form it.
#: Sources: ITU-R BT.601-7, section 2.5.1; ITU-R BT.709-6, section 3.2.
LUMA = {"bt601": (0.299, 0.587, 0.114), "bt709": (0.2126, 0.7152, 0.0722)}
