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
        // What was made before keeps the ids its files belong to: the host's, and the one range that all user namespaces had.
        """
        ALTER TABLE containers ADD COLUMN FirstId INTEGER;
        UPDATE containers SET FirstId = 1000000 WHERE json_extract(Spec, '$.namespaces.user.source') = 'new';
        UPDATE containers SET Spec = json_set(Spec, '$.namespaces.user', json_object('source', 'host')) WHERE json_extract(Spec, '$.namespaces.user.source') IS NULL;
        """,
        """
        CREATE TABLE manifests (
            Digest TEXT PRIMARY KEY NOT NULL, Config TEXT NOT NULL, Layers TEXT NOT NULL, SizeBytes INTEGER NOT NULL, CreatedAt INTEGER NOT NULL,
            Details TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE tags (Reference TEXT PRIMARY KEY NOT NULL, Digest TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO manifests SELECT Digest, min(Config), min(Layers), min(SizeBytes), min(CreatedAt), '' FROM images GROUP BY Digest;
        INSERT INTO tags SELECT Reference, Digest FROM images WHERE instr(Reference, '@') = 0;
        DROP TABLE images;
        CREATE TABLE tasks (Id TEXT PRIMARY KEY NOT NULL, StartedAt INTEGER NOT NULL, Task TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE build_steps (
            Key TEXT PRIMARY KEY NOT NULL, DiffId TEXT NOT NULL, Blob TEXT NOT NULL, MediaType TEXT NOT NULL, BlobBytes INTEGER NOT NULL,
            LayerBytes INTEGER NOT NULL, MadeAt INTEGER NOT NULL, UsedAt INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE volumes (
            Id TEXT PRIMARY KEY NOT NULL, Name TEXT NOT NULL UNIQUE, Anonymous INTEGER NOT NULL, CreatedAt INTEGER NOT NULL, Labels TEXT NOT NULL,
            Options TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE snapshots (
            Id TEXT PRIMARY KEY NOT NULL, VolumeId TEXT NOT NULL, Name TEXT NOT NULL, CreatedAt INTEGER NOT NULL, Bytes INTEGER NOT NULL, Files INTEGER NOT NULL,
            Running TEXT NOT NULL, UNIQUE (VolumeId, Name)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE stacks (Id TEXT PRIMARY KEY NOT NULL, Name TEXT NOT NULL UNIQUE, Record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE stack_revisions (StackId TEXT NOT NULL, Number INTEGER NOT NULL, Record TEXT NOT NULL, PRIMARY KEY (StackId, Number)) WITHOUT ROWID;
        CREATE TABLE stack_intents (StackId TEXT PRIMARY KEY NOT NULL, Intent TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE stack_contents (Fingerprint TEXT PRIMARY KEY NOT NULL, Sealed TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE networks (Id TEXT PRIMARY KEY NOT NULL, Name TEXT NOT NULL UNIQUE, Spec TEXT NOT NULL, Plan TEXT NOT NULL, CreatedAt INTEGER NOT NULL) WITHOUT ROWID;
        ALTER TABLE containers ADD COLUMN Places TEXT;
        """,
        """
        CREATE TABLE post_mortems (Id TEXT PRIMARY KEY NOT NULL, ContainerId TEXT NOT NULL, At INTEGER NOT NULL, Summary TEXT NOT NULL, Whole BLOB NOT NULL);
        """,
        """
        CREATE TABLE alert_incidents (Id TEXT PRIMARY KEY NOT NULL, FiredAt INTEGER NOT NULL, Incident TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE kept_logs (Id TEXT PRIMARY KEY NOT NULL, Record TEXT NOT NULL) WITHOUT ROWID;
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
