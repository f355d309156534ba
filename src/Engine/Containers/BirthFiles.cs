using System.Text.Json;

namespace Brig.Engine.Containers;

/// <summary>The record of each container's last start: in memory at once, in its folder soon after.</summary>
internal sealed class BirthFiles(EnginePaths paths)
{
    public void Keep(ContainerEntry entry, Task<BirthRecord> birth)
    {
        entry.Birth = birth;
        string path = paths.Container(entry.Id) + "/birth";
        birth.ContinueWith(done => Write(path, done.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <exception cref="EngineException">NotFound: it was never started.</exception>
    public async Task<BirthRecord> ReadAsync(ContainerEntry entry, CancellationToken stop)
    {
        if (entry.Birth is { } birth)
        {
            return await birth.WaitAsync(stop);
        }
        try
        {
            await using var file = File.OpenRead(paths.Container(entry.Id) + "/birth");
            return await JsonSerializer.DeserializeAsync<BirthRecord>(file, EngineJson.Options, stop) ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw EngineException.NotFound($"Container {entry.Now.Name} has no birth record: it was never started, or its start was interrupted.");
        }
    }

    private static void Write(string path, BirthRecord birth)
    {
        try
        {
            File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(birth, EngineJson.Options));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (IOException)
        {
            // Removed meanwhile, or the disk is full: the record is shown from memory.
        }
    }
}
