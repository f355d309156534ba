using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Engine.Isolation;

/// <summary>Small files beside a container that must survive: written whole, to the disk, under another name first.</summary>
internal sealed class RecordingFiles(EnginePaths paths)
{
    public const string Recording = "recording", Pending = "pending";

    /// <summary>Containers that have such a file.</summary>
    public IEnumerable<ContainerId> Having(string name) =>
        Directory.GetDirectories(paths.Containers).Where(folder => File.Exists($"{folder}/{name}")).Select(folder => new ContainerId(Path.GetFileName(folder)));

    /// <summary>Null when there is none, or none that can be read.</summary>
    public T? Read<T>(ContainerId id, string name) where T : class
    {
        try
        {
            string path = In(id, name);
            return File.Exists(path) ? EngineJson.Read<T>(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="EngineException">Unavailable: the disk is full; Failed.</exception>
    public void Write<T>(ContainerId id, string name, T value)
    {
        string path = In(id, name);
        try
        {
            using (SafeFileHandle file = File.OpenHandle(path + ".new", FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(value, EngineJson.Options), 0);
                RandomAccess.FlushToDisk(file);
            }
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw e is IOException full && Disk.IsFull(full) ? Disk.Full(paths.Root, full) : EngineException.Failed($"{path} could not be written: {e.Message}", e);
        }
    }

    public void Delete(ContainerId id, string name) => File.Delete(In(id, name));

    private string In(ContainerId id, string name) => $"{paths.Container(id)}/{name}";
}
