enum DialectsPlaceholder {}
