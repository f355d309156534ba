using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.State;

/// <summary>
/// Writes that a verb's answer waits for, as prepared statements on a connection of their own: half of what EF's way takes, whose other half is the disk.
/// Used under the writer's lock only.
/// </summary>
internal sealed class PreparedWrites(string connectionString) : IDisposable
{
    /// <summary>A commit into a log that grows takes twice as long as into one that is written over: the file system writes its new length down too.</summary>
    private const string Room = """
        PRAGMA cache_size=16;
        BEGIN;
        CREATE TABLE room (filler BLOB);
        INSERT INTO room VALUES (zeroblob(4300000));
        ROLLBACK;
        PRAGMA cache_size=-2000;
        """;

    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private SqliteConnection? _connection;

    /// <summary>Once the tables are there. Without room on the disk the log grows by and by.</summary>
    public void MakeRoom()
    {
        try
        {
            Execute(_connection = Open(), Room);
        }
        catch (SqliteException)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    /// <param name="sql">Its parameters are called <c>$0</c>, <c>$1</c> …</param>
    /// <exception cref="SqliteException">The commit did not reach the disk.</exception>
    public void Run(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Prepare(sql, values.Length);
            _commands.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        command.ExecuteNonQuery();
    }

    /// <summary>Several statements, one commit.</summary>
    /// <exception cref="SqliteException">None of them reached the disk.</exception>
    public void Run(ReadOnlySpan<(string Sql, object?[] Values)> statements)
    {
        Run("BEGIN IMMEDIATE", []);
        try
        {
            foreach (var (sql, values) in statements)
                Run(sql, values);
            Run("COMMIT", []);
        }
        catch
        {
            try
            {
                Run("ROLLBACK", []);
            }
            catch (SqliteException)
            {
                // SQLite did so itself, as it does on a full disk
            }
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
        _connection?.Dispose();
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = (_connection ??= Open()).CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter("$" + i.ToString(CultureInfo.InvariantCulture), null));
        }
        return command;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, Store.FullSync);
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
