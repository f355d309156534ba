namespace Brig.Engine.Images;

/// <summary>Something that a thread writes, into a stream that can only be waited for: an answer's body.</summary>
internal static class Piped
{
    /// <param name="write">On a thread of its own; its errors come out here. It ends early when nobody reads any more.</param>
    public static async Task WriteAsync(Stream to, Action<Stream> write, CancellationToken stop)
    {
        using var pipe = new BytePipe();
        var writing = OwnThread.RunAsync(() => Write(pipe, write));
        try
        {
            using var reader = pipe.Reader;
            byte[] buffer = new byte[256 * 1024];
            for (int read; (read = await Task.Run(() => reader.Read(buffer), CancellationToken.None)) > 0;)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), stop);
            }
        }
        finally
        {
            pipe.Dispose();
            await writing;
        }
    }

    private static bool Write(BytePipe pipe, Action<Stream> write)
    {
        try
        {
            using var to = new BufferedStream(new PipeWriter(pipe), 256 * 1024);
            write(to);
            to.Flush();
            pipe.Complete();
        }
        catch (Exception e)
        {
            pipe.Complete(e);
        }
        return true;
    }
}
