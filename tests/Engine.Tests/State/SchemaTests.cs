using Brig.Engine.Containers;
using Brig.Engine.State;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.Tests.State;

/// <summary>A database as the first Brig wrote it.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly EnginePaths _paths = new(new() { Root = Directory.CreateTempSubdirectory("store").FullName });

    public void Dispose() => Directory.Delete(_paths.Root, recursive: true);

    [Theory]
    [InlineData("""{"image":"i","namespaces":{"user":{"source":"host"},"net":{"source":"new"}}}""", NamespaceSource.Host, null)]
    [InlineData("""{"image":"i","namespaces":{"net":{"source":"new"}}}""", NamespaceSource.Host, null)]
    [InlineData("""{"image":"i","namespaces":{"user":{"source":"new"}}}""", NamespaceSource.New, 1_000_000L)]
    public void Open_ContainersOfTheFirstSchema_KeepTheIdsTheirFilesHave(string spec, NamespaceSource source, long? first)
    {
        using (var connection = new SqliteConnection($"Data Source={_paths.Database};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
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
                INSERT INTO containers VALUES('id', 'name', $spec, 'sha256:0', 'true', 0, 0, '{"status":"exited"}');
                PRAGMA user_version=1;
                """;
            command.Parameters.AddWithValue("$spec", spec);
            command.ExecuteNonQuery();
        }
        using var store = new Store(_paths);
        store.Open();
        var row = Assert.Single(new ContainerRows(store).All());

        Assert.Equal(first, row.FirstId);
        Assert.Equal(source, EngineJson.Read<ContainerSpec>(row.Spec).Namespaces.User.Source);
    }
}
