using System.Collections.Immutable;
using System.Text.Json;
using Brig.Engine.Health;

namespace Brig.Engine.Containers.Probes;

/// <summary>The file <c>health</c> beside a container.</summary>
/// <param name="RunAt">When the run it tells of began.</param>
internal sealed record KeptHealth(DateTimeOffset RunAt, HealthState State, ImmutableArray<ProbeResult> Results);

/// <summary>
/// Keeps how well a container was, so that the next engine knows. A probe is no promise to anybody and there are many of them, so the file is replaced
/// whole but not forced to the disk; without it a container is starting again.
/// </summary>
internal sealed class HealthFiles(EnginePaths paths)
{
    /// <summary>Null when there is none, or none that can be read.</summary>
    public KeptHealth? Read(ContainerId id)
    {
        try
        {
            return File.Exists(paths.Health(id)) ? EngineJson.Read<KeptHealth>(File.ReadAllText(paths.Health(id))) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(ContainerId id, KeptHealth health)
    {
        try
        {
            File.WriteAllBytes(paths.Health(id) + ".new", JsonSerializer.SerializeToUtf8Bytes(health, EngineJson.Options));
            File.Move(paths.Health(id) + ".new", paths.Health(id), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full, or the container was removed meanwhile: memory knows.
        }
    }
}
