using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Brig.Engine.State;

/// <summary>
/// The only door to the database. Writers pass one at a time: SQLite lets only one in, and its way to wait is to sleep.
/// A write has reached the disk when it returns (WAL, synchronous=FULL).
/// </summary>
public sealed class Store : ISettings, IDisposable
{
    internal const string FullSync = "PRAGMA synchronous=FULL";

    private readonly PooledDbContextFactory<BrigDb> _contexts;
    private readonly PreparedWrites _prepared;
    private readonly AsyncLock _writer = new();
    private readonly string _file;

    public Store(EnginePaths paths)
    {
        _file = paths.Database;
        var connection = new SqliteConnectionStringBuilder { DataSource = _file, DefaultTimeout = 10 };
        _contexts = new(Options(connection.ToString()));
        connection.Pooling = false;
        _prepared = new(connection.ToString());
    }

    internal static DbContextOptions<BrigDb> Options(string connection) => new DbContextOptionsBuilder<BrigDb>()
        .UseSqlite(connection)
        .AddInterceptors(new Durable())
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        .Options;

    /// <summary>Makes the file and its tables, or brings them up to date.</summary>
    public void Open()
    {
        try
        {
            using var db = _contexts.CreateDbContext();
            Schema.Upgrade(db);
            _prepared.MakeRoom();
        }
        catch (SqliteException e)
        {
            throw Sentence(e);
        }
    }

    /// <exception cref="EngineException">Unavailable: the file is damaged.</exception>
    public T Read<T>(Func<BrigDb, T> query)
    {
        try
        {
            using var db = _contexts.CreateDbContext();
            return query(db);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            throw Sentence(e);
        }
    }

    /// <summary>One commit. The change is called with a context of its own; what it adds is saved.</summary>
    public async Task WriteAsync(Action<BrigDb> change, CancellationToken stop = default)
    {
        using var held = await _writer.TakeAsync(stop);
        try
        {
            using var db = _contexts.CreateDbContext();
            change(db);
            db.SaveChanges();
        }
        catch (DbUpdateException e) when (e.InnerException is SqliteException inner)
        {
            throw Sentence(inner);
        }
        catch (SqliteException e)
        {
            throw Sentence(e);
        }
    }

    /// <summary>One statement, one commit, for what somebody waits for.</summary>
    /// <param name="sql">Its parameters are called <c>$0</c>, <c>$1</c> …</param>
    internal async Task WriteAsync(string sql, object?[] values, CancellationToken stop = default)
    {
        using var held = await _writer.TakeAsync(stop);
        try
        {
            _prepared.Run(sql, values);
        }
        catch (SqliteException e)
        {
            throw Sentence(e);
        }
    }

    /// <summary>Several statements, one commit.</summary>
    internal async Task WriteAllAsync((string Sql, object?[] Values)[] statements, CancellationToken stop = default)
    {
        using var held = await _writer.TakeAsync(stop);
        try
        {
            _prepared.Run(statements);
        }
        catch (SqliteException e)
        {
            throw Sentence(e);
        }
    }

    public string? Setting(string key) => Read(db => db.Settings.Where(row => row.Key == key).Select(row => row.Value).SingleOrDefault());

    public IReadOnlyDictionary<string, string> SettingsUnder(string prefix) =>
        Read(db => db.Settings.Where(row => row.Key.StartsWith(prefix)).ToDictionary(row => row.Key, row => row.Value));

    public Task SetAsync(string key, string value, CancellationToken stop = default) =>
        WriteAsync(db => db.Database.ExecuteSql($"INSERT INTO settings(Key, Value) VALUES({key}, {value}) ON CONFLICT(Key) DO UPDATE SET Value = excluded.Value"), stop);

    public Task RemoveAsync(string key, CancellationToken stop = default) => WriteAsync(db => db.Settings.Where(row => row.Key == key).ExecuteDelete(), stop);

    public void Dispose()
    {
        _prepared.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, DefaultTimeout = 10 }.ToString()));
    }

    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode is 11 or 26;   // SQLITE_CORRUPT, SQLITE_NOTADB

    private EngineException Sentence(SqliteException e) => e.SqliteErrorCode switch
    {
        _ when IsDamage(e) => EngineException.Unavailable(
            $"The database {_file} is damaged ({e.Message.TrimEnd('.')}); containers that run go on, and nothing was changed. Put back a copy of it and of its -wal, or save what can be read: "
            + $"sqlite3 {_file} .recover | sqlite3 {_file}.new, then move {_file}, {_file}-wal and {_file}-shm away and {_file}.new to {_file}. "
            + "Do not start without it: a Brig that finds no database knows no container, and takes what it finds of them away.", e),
        13 => EngineException.Unavailable($"The disk that holds {_file} is full; free some space and try again.", e),
        10 when Disk.IsFull(_file) => EngineException.Unavailable($"The disk that holds {_file} is full; free some space and try again.", e),
        14 => EngineException.Unavailable($"The database {_file} cannot be opened; see that the folder exists and may be written.", e),
        19 => EngineException.Conflict("That is already there."),
        _ => EngineException.Unavailable($"The database {_file} refused: {e.Message}", e),
    };

    /// <summary>A commit that was answered survives a power cut: SQLite's bundled build defaults to it, but a default is not a promise.</summary>
    private sealed class Durable : DbConnectionInterceptor
    {
        public override void ConnectionOpened(System.Data.Common.DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = FullSync;
            command.ExecuteNonQuery();
        }
    }
}
