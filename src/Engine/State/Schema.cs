using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.State;

/// <summary>The steps that make the tables, in order. A step that was released is never changed; a new one is added behind it.</summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE containers (
            Id TEXT PRIMARY KEY NOT NULL, Name TEXT NOT NULL UNIQUE, Spec TEXT NOT NULL, ImageDigest TEXT NOT NULL, CommandLine TEXT NOT NULL,
            Wanted INTEGER NOT NULL, CreatedAt INTEGER NOT NULL, State TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE images (
            Reference TEXT PRIMARY KEY NOT NULL, Digest TEXT NOT NULL, Config TEXT NOT NULL, Layers TEXT NOT NULL,
            SizeBytes INTEGER NOT NULL, CreatedAt INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE events (
            Sequence INTEGER PRIMARY KEY NOT NULL, At INTEGER NOT NULL, Kind TEXT NOT NULL, Action TEXT NOT NULL,
            Subject TEXT NOT NULL, Name TEXT NOT NULL, Attributes TEXT NOT NULL);
        CREATE TABLE settings (Key TEXT PRIMARY KEY NOT NULL, Value TEXT NOT NULL) WITHOUT ROWID;
        """,
    ];

    /// <summary>Takes the steps the file has not seen; <c>PRAGMA user_version</c> counts those it has.</summary>
    /// <exception cref="EngineException">The file was written by a newer Brig.</exception>
    public static void Upgrade(BrigDb db)
    {
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        int version = db.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").Single();
        if (version > Steps.Length)
        {
            throw EngineException.Unavailable(
                $"The database {db.Database.GetDbConnection().DataSource} is of a newer Brig (schema {version}, this one knows {Steps.Length}); start that one.");
        }
        for (; version < Steps.Length; version++)
        {
            using var transaction = db.Database.BeginTransaction();
            db.Database.ExecuteSqlRaw(Steps[version]);
            db.Database.ExecuteSqlRaw("PRAGMA user_version=" + (version + 1));
            transaction.Commit();
        }
    }
}
