using Brig.Engine.Tasks;

namespace Brig.Engine.Build;

/// <summary>Images from Dockerfiles. A build is a task: a step of it is an instruction, its output what RUN prints.</summary>
public interface IBuilder
{
    /// <summary>Reads the whole context, checks the Dockerfile, and returns when the build has begun.</summary>
    /// <param name="context">A tar, plain or packed with gzip or zstd; null: an empty one, which a Dockerfile without COPY needs no more than.</param>
    /// <exception cref="EngineException">Invalid: the Dockerfile, with the line; the context; a tag.</exception>
    Task<EngineTask> StartAsync(BuildRequest request, Stream? context, CancellationToken stop = default);

    BuildCacheUsage CacheUsage();

    /// <summary>Forgets what steps made and what they keep in caches; layers that no image has go.</summary>
    /// <returns>Bytes freed.</returns>
    Task<long> PruneCacheAsync(CancellationToken stop = default);
}
