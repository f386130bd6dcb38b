/// What is done to each record of a selection; the raw values are those of spec 000, `operation`.
package enum SelectionAction: String, CaseIterable, Sendable {
    case update = "status-update"
    case archive, delete
}
