using Brig.Engine.Images;

namespace Brig.Engine.Volumes;

/// <summary>What a thread writes, to a stream that can only be waited for.</summary>
internal static class Piping
{
    private const int BufferSize = 256 * 1024;

    public static async Task OutAsync(Action<Stream> write, Stream to, CancellationToken stop)
    {
        using var pipe = new BytePipe();
        var writing = OwnThread.RunAsync(() => Write(pipe, write));
        try
        {
            byte[] buffer = new byte[BufferSize];
            using var reader = pipe.Reader;
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
            using var buffered = new BufferedStream(new PipeWriter(pipe), BufferSize);
            write(buffered);
            buffered.Flush();
            pipe.Complete();
            return true;
        }
        catch (Exception e)
        {
            pipe.Complete(e);
            throw;
        }
    }
}
