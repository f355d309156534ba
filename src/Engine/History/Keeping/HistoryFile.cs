using Microsoft.Data.Sqlite;

namespace Brig.Engine.History.Keeping;

/// <summary>history.db: one connection that writes, used by one thread at a time, and as many that read as are asked for.</summary>
internal sealed class HistoryFile(string path) : IDisposable
{
    private readonly string _writing = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString();
    private readonly string _reading = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 10 }.ToString();
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private SqliteConnection? _connection;

    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    /// <exception cref="IOException">It is of a newer Brig: not damaged, and left as it is.</exception>
    public void Open()
    {
        Close();
        _connection = new(_writing);
        _connection.Open();
        Run(HistorySchema.Open);
        long version = Number("PRAGMA user_version");
        if (version == 0)
        {
            Run("BEGIN; " + HistorySchema.Make + " COMMIT");
        }
        else if (version == 1)
        {
            Run("BEGIN; " + HistorySchema.FromOne + " COMMIT");
        }
        else if (version > HistorySchema.Version)
        {
            throw new IOException("it is of a newer Brig; update to that again, or move the file away");
        }
    }

    /// <summary>A connection that sees one moment, from its first read to its end.</summary>
    public SqliteConnection Reader()
    {
        var connection = new SqliteConnection(_reading);
        connection.Open();
        return connection;
    }

    public void Run(string sql, params ReadOnlySpan<object> values) => Prepared(sql, values).ExecuteNonQuery();

    /// <returns>The first number; 0: there is none.</returns>
    public long Number(string sql, params ReadOnlySpan<object> values) => Prepared(sql, values).ExecuteScalar() is long number ? number : 0;

    public List<T> Rows<T>(Func<SqliteDataReader, T> row, string sql, params ReadOnlySpan<object> values)
    {
        var all = new List<T>();
        using var reader = Prepared(sql, values).ExecuteReader();
        while (reader.Read())
        {
            all.Add(row(reader));
        }
        return all;
    }

    /// <summary>All of it or nothing.</summary>
    public void Commit(Action change)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            change();
            Run("COMMIT");
        }
        catch
        {
            try
            {
                Run("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite did it by itself; what was wrong is on its way.
            }
            throw;
        }
    }

    /// <summary>The file as it is under another name, a number more than the last; of more than nine the ninth is overwritten. The next <see cref="Open"/> makes a new one.</summary>
    public string SetAside()
    {
        Close();
        int number = 1;
        while (number < 9 && File.Exists($"{path}.damaged-{number}"))
        {
            number++;
        }
        string aside = $"{path}.damaged-{number}";
        foreach (string part in (string[])["", "-wal", "-shm"])
        {
            File.Delete(aside + part);
            if (File.Exists(path + part))
            {
                File.Move(path + part, aside + part);
            }
        }
        return aside;
    }

    public void Dispose() => Close();

    public static bool IsDamage(Exception e) => e is SqliteException { SqliteErrorCode: 11 or 26 } or InvalidDataException or System.Text.Json.JsonException;   // SQLITE_CORRUPT, SQLITE_NOTADB

    private void Close()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
        _commands.Clear();
        _connection?.Dispose();
        _connection = null;
        using var pooled = new SqliteConnection(_reading);
        SqliteConnection.ClearPool(pooled);
    }

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection!.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter("$" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), null));
            }
            _commands.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
        return command;
    }
}
