/// A day of the proleptic Gregorian calendar.
struct CivilDay: Equatable {
    var year: Int
    /// From 1.
    var month: Int
    /// From 1.
    var day: Int

    mutating func goOn() {
        day += 1
        guard day > CalendarText.dayCount(month: month, year: year) else { return }
        day = 1
        month += 1
        guard month > 12 else { return }
        month = 1
        year += 1
    }

    mutating func goBack() {
        day -= 1
        guard day < 1 else { return }
        month -= 1
        if month < 1 {
            month = 12
            year -= 1
        }
        day = CalendarText.dayCount(month: month, year: year)
    }
}
