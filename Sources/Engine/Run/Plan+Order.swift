import BulkModel
import Planning

extension Plan {
    /// True when a record may depend on another one of the same file: then its chunks are applied one after another.
    var needsFileOrder: Bool {
        switch operation {
        case .insert: table.hasTriggers || table.foreignKeys.contains { $0.parentTable == table.name }
        case .update, .upsert, .delete, .query: true
        }
    }
}
