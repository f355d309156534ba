using Brig.Engine.Build;
using Brig.Engine.Images;

namespace Brig.Api.Tests.Support;

internal sealed class FakeCommits : ICommits
{
    public string? Call { get; private set; }

    public Task<Image> CommitAsync(string idOrName, CommitRequest request, CancellationToken stop = default)
    {
        Call = $"commit {idOrName} {request.Reference} {request.Pause}";
        return Task.FromResult(FakeImages.Busybox);
    }

    public async Task ExportAsync(string idOrName, Stream to, CancellationToken stop = default)
    {
        Call = $"export {idOrName}";
        await to.WriteAsync("tar"u8.ToArray(), stop);
    }
}
