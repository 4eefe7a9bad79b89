"""Engine: asks one device everything its drivers can, and turns every error into a reading."""
