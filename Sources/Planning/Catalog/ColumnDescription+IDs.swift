extension ColumnDescription {
    /// True when ids that the server makes can be written into the column.
    package var holdsMadeIDs: Bool {
        switch type {
        case .text, .any: true
        default: false
        }
    }
}
