"""What every unit of a layer does: its sums over the localizer, its analysis of variance, whether it is selective."""
