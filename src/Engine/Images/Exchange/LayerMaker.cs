using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Images;

/// <summary>A folder as a layer: for commit and build. The same folder gives the same digests.</summary>
internal sealed class LayerMaker(Intake intake, LayerStore layers)
{
    /// <param name="folder">What the layer holds, relative to the root; overlayfs' whiteouts in it become the layer's.</param>
    /// <returns>In place, blob and unpacked, held by the lease.</returns>
    /// <exception cref="EngineException">Failed: the folder cannot be read. Unavailable: the disk is full.</exception>
    public Task<TakenLayer> FromFolderAsync(string folder, TreeTarOptions options, Lease lease, CancellationToken stop) =>
        FromAsync($"The files of {folder} cannot be read", to => TreeTar.Write(folder, to, options, stop), lease, stop);

    /// <summary>From what somebody writes as a tar.</summary>
    /// <param name="failure">Begins the sentence when a file cannot be read.</param>
    public Task<TakenLayer> FromAsync(string failure, Action<Stream> write, Lease lease, CancellationToken stop) => OwnThread.RunAsync(() =>
    {
        using var pipe = new BytePipe();
        var writing = new OwnThread<bool>(() => Write(failure, write, pipe));
        try
        {
            using var reader = pipe.Reader;
            return intake.Take(reader, lease, null, null, UnpackLimits.Default, stop);
        }
        finally
        {
            pipe.Dispose();
            writing.Join();
        }
    });

    private bool Write(string failure, Action<Stream> write, BytePipe pipe)
    {
        try
        {
            using var to = new PipeWriter(pipe);
            using var buffered = new BufferedStream(to, 256 * 1024);
            write(buffered);
            buffered.Flush();
            pipe.Complete();
        }
        catch (LinuxException e)
        {
            pipe.Complete(EngineException.Failed($"{failure}: {e.Message}.", e));
        }
        catch (Exception e)
        {
            pipe.Complete(layers.Sentence(e));
        }
        return true;
    }
}
