using Brig.Engine.History.Packing;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.History.Keeping;

/// <summary>A chunk's place: what an index says of it.</summary>
internal readonly record struct ChunkPlace(long Id, Tier Tier, long From, long To, bool IsRolled);

/// <summary>The table of chunks.</summary>
internal static class Chunks
{
    private const string InsertSql = "INSERT INTO chunks (Source, Tier, FromAt, ToAt, Rolled, Data) VALUES ($0, $1, $2, $3, $4, $5)";
    private const string PlacesSql = "SELECT Id, Tier, FromAt, ToAt, Rolled FROM chunks WHERE Source=$source AND ToAt>=$from AND FromAt<=$to ORDER BY Id";
    private const string DataSql = "SELECT Data FROM chunks WHERE Id=$id";

    public static void Insert(HistoryFile file, long source, Rows rows, byte[] data)
    {
        bool isLast = rows.Tier == Tiers.Coarsest;
        file.Run(InsertSql, source, (long)rows.Tier, Middle(rows, 0), Middle(rows, rows.Times.Length - 1), isLast ? 1L : 0L, data);
    }

    /// <summary>Those of a source that touch a range, oldest first.</summary>
    public static List<ChunkPlace> Places(SqliteConnection reader, long source, long from, long to)
    {
        using var command = reader.CreateCommand();
        command.CommandText = PlacesSql;
        command.Parameters.AddWithValue("$source", source);
        command.Parameters.AddWithValue("$from", from - Tiers.Coarsest.Width());
        command.Parameters.AddWithValue("$to", to + Tier.Second.Width());
        using var row = command.ExecuteReader();
        var places = new List<ChunkPlace>();
        while (row.Read())
        {
            places.Add(new(row.GetInt64(0), (Tier)row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4) != 0));
        }
        return places;
    }

    public static byte[] Data(SqliteConnection reader, long id)
    {
        using var command = reader.CreateCommand();
        command.CommandText = DataSql;
        command.Parameters.AddWithValue("$id", id);
        return (byte[])command.ExecuteScalar()!;
    }

    private static long Middle(Rows rows, int index) => rows.Times[index] - (rows.Tier == Tier.Second ? Tier.Second.Width() / 2 : 0);
}
