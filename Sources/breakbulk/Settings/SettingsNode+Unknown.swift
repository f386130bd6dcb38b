import Planning

extension SettingsNode {
    /// The fault that a key is none we know, with the one that was probably meant.
    func unknown(_ name: String, among known: [String]) -> SettingsError {
        let hint =
            NearestName.of(name, among: known).map { "did you mean `\($0)`?" }
            ?? "keys here: \(known.joined(separator: ", "))."
        return SettingsError(.unknownKey, at: place, "`\(path)` is not a known key; \(hint)")
    }
}
