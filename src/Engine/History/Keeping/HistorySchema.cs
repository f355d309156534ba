namespace Brig.Engine.History.Keeping;

/// <summary>The tables of history.db. Times are unix milliseconds; of seconds the middle of what a row stands for, of roll-ups its begin.</summary>
internal static class HistorySchema
{
    /// <summary>auto_vacuum before the first table: what is removed can be given back to the disk piece by piece.</summary>
    public const string Open = "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

    public const int Version = 2;

    /// <summary>Before version 2 minutes were the last there was.</summary>
    public const string FromOne = "UPDATE chunks SET Rolled=0 WHERE Tier=60; PRAGMA user_version=2;";

    public const string Make = """
        CREATE TABLE meta (Key TEXT PRIMARY KEY NOT NULL, Value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE sources (Number INTEGER PRIMARY KEY NOT NULL, Source TEXT NOT NULL);
        CREATE TABLE chunks (
            Id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, Source INTEGER NOT NULL, Tier INTEGER NOT NULL, FromAt INTEGER NOT NULL, ToAt INTEGER NOT NULL,
            Rolled INTEGER NOT NULL, Data BLOB NOT NULL);
        CREATE INDEX chunks_of_source ON chunks (Source, ToAt, FromAt, Tier, Rolled);
        CREATE INDEX chunks_to_roll ON chunks (Tier, Source, ToAt) WHERE Rolled = 0;
        CREATE INDEX chunks_by_age ON chunks (Tier, ToAt) WHERE Rolled = 1;
        CREATE TABLE marks (Sequence INTEGER PRIMARY KEY NOT NULL, At INTEGER NOT NULL, Kind TEXT NOT NULL, Source TEXT NOT NULL, Name TEXT NOT NULL, Attributes TEXT NOT NULL);
        CREATE INDEX marks_by_time ON marks (At);
        PRAGMA user_version=2;
        """;
}
