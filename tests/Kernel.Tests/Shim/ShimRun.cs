using System.Net.Sockets;
using System.Text;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>A shim of one's own over the real protocol: start, talk, wait, leave nothing.</summary>
internal sealed class ShimRun : IDisposable
{
    /// <summary>Milliseconds.</summary>
    public static int Patience => (int)global::Brig.Tests.Wait.Limit.TotalMilliseconds;
    private static readonly Lazy<SealedExecutable> s_shim = new(() => SealedExecutable.Open(ShimFile.Path));
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-shim-test-").FullName;
    private ShimClient _engine = null!;

    public string RunFolder => _folder + "/run";
    public string StateFolder => _folder + "/state";
    public string Folder => _folder;
    public int ShimPid { get; private set; }
    public StartedMessage? Started { get; private set; }
    public BirthMessage? Birth { get; private set; }
    public FailedMessage? Failed { get; private set; }

    /// <summary>The connection the plan went over.</summary>
    public ShimClient Engine => _engine;

    public ShimRun()
    {
        foreach (var name in (string[])["run", "state", "upper", "work"])
            Directory.CreateDirectory(_folder + "/" + name);
    }

    public LaunchPlan Plan(params string[] args) => new()
    {
        Kind = LaunchKind.Create,
        Id = "test",
        RunFolder = RunFolder,
        StateFolder = StateFolder,
        Root = new() { LowerDirectories = [BusyboxRoot.Path], Upper = _folder + "/upper", Work = _folder + "/work" },
        Process = new() { Args = [.. args], Env = ["PATH=/bin"] },
        Streams = new(),
    };

    public static LaunchPlan Sh(LaunchPlan plan, string script) => plan with { Process = plan.Process with { Args = ["sh", "-c", script] } };

    public ShimRun Start(string script) => Start(Plan("sh", "-c", script));

    /// <param name="meanwhile">Done once the plan is sent, before the answer is waited for.</param>
    public ShimRun Start(LaunchPlan plan, AttachFlags? attach = null, Action<ShimClient>? meanwhile = null)
    {
        var (ours, theirs) = Spawn.SocketPair();
        ShimPid = Spawn.Detached(s_shim.Value.Path, ["brig-shim", plan.RunFolder], [], theirs);
        Spawn.Close(theirs);
        _engine = new ShimClient(new Socket(new SafeSocketHandle(ours, ownsHandle: true)));
        if (attach is { } flags)
            _engine.Attach(flags);
        _engine.Send(Requests.Launch(plan));
        meanwhile?.Invoke(_engine);
        var (type, payload) = _engine.Next();
        if (type == FrameType.Started)
        {
            Started = StartedMessage.Read(payload);
            Birth = BirthMessage.Read(_engine.Next().Payload);
        }
        else
            Failed = FailedMessage.Read(payload);
        return this;
    }

    /// <summary>The sentence of a start that must fail.</summary>
    public string Sentence => Failed?.Sentence ?? throw new InvalidOperationException("it started");

    public ExitRecord Wait()
    {
        if (Failed is { } failed)
            throw new InvalidOperationException(failed.Sentence);
        while (true)
        {
            var (type, payload) = _engine.Next();
            if (type == FrameType.Status && StatusMessage.Read(payload).Exit is { } exit)
                return exit;
        }
    }

    /// <summary>Whether its program is no more, or a zombie.</summary>
    public bool HasEnded
    {
        get
        {
            try
            {
                return File.ReadAllText($"/proc/{Started!.Pid}/stat").Contains(") Z ", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return true;   // reaped before it was opened, or while it was read (ESRCH)
            }
        }
    }

    public (int Code, int Signal) WaitCode()
    {
        var exit = Wait();
        return (exit.Code, exit.Signal);
    }

    /// <summary>Another connection, as a second engine or viewer makes it.</summary>
    public ShimClient Connect() => ShimClient.Connect(RunFolder + "/shim.sock");

    /// <summary>Text of the log's lines of one stream (1 stdout, 2 stderr), or of both.</summary>
    public List<string> Log(int stream = 0)
    {
        var lines = new List<string>();
        var wanted = stream == 1 ? "stdout" : stream == 2 ? "stderr" : null;
        if (!Directory.Exists(StateFolder + "/log"))
            return lines;
        foreach (var file in Directory.GetFiles(StateFolder + "/log").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadAllLines(file))
            {
                var parts = line.Split(' ', 4);
                if (wanted is null || parts[1] == wanted)
                    lines.Add(parts[3]);
            }
        }
        return lines;
    }

    public void Dispose()
    {
        _engine?.Dispose();
        if (ShimPid != 0 && !Spawn.TryReap(ShimPid))
        {
            Spawn.TryKill(ShimPid, 9);
            global::Brig.Tests.Wait.Until(() => Spawn.TryReap(ShimPid), "the shim ends").GetAwaiter().GetResult();
        }
        TempFolder.Remove(_folder);   // what ran in it may live a moment longer than its shim
    }
}

/// <summary>One connection to a shim.</summary>
internal sealed class ShimClient : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer = new byte[128 * 1024];
    private int _length;

    public ShimClient(Socket socket)
    {
        _socket = socket;
        _socket.ReceiveTimeout = ShimRun.Patience;
        _socket.SendTimeout = ShimRun.Patience;
    }

    public static ShimClient Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new ShimClient(socket);
    }

    public void Send(byte[] frame)
    {
        for (var sent = 0; sent < frame.Length;)
            sent += _socket.Send(frame.AsSpan(sent));
    }

    public void Input(string text) => Send(Requests.Input(Encoding.UTF8.GetBytes(text)));

    public void Attach(AttachFlags flags = AttachFlags.None)
    {
        Send(Requests.Attach(flags));
        Expect(FrameType.Ack);
    }

    /// <summary>The next frame; throws at the end.</summary>
    public (FrameType Type, byte[] Payload) Next()
    {
        while (true)
        {
            if (Frame.TryParse(_buffer.AsSpan(0, _length), out var type, out var payload, out var consumed))
            {
                var result = (type, payload.ToArray());
                _buffer.AsSpan(consumed, _length - consumed).CopyTo(_buffer);
                _length -= consumed;
                return result;
            }
            if (_length == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            var got = _socket.Receive(_buffer.AsSpan(_length));
            if (got == 0)
                throw new EndOfStreamException("the shim closed the connection");
            _length += got;
        }
    }

    /// <summary>As an engine that was killed, but what comes can still be read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Until the shim closes.</summary>
    public void ReadToEnd()
    {
        try
        {
            while (true)
                Next();
        }
        catch (EndOfStreamException)
        {
        }
    }

    public byte[] Expect(FrameType wanted)
    {
        while (true)
        {
            var (type, payload) = Next();
            if (type == wanted)
                return payload;
            if (type is FrameType.Failed)
                throw new InvalidOperationException(FailedMessage.Read(payload).Sentence);
            if (type is FrameType.Error)
                throw new InvalidOperationException(ErrorMessage.Read(payload).Sentence);
        }
    }

    public StatusMessage Hello()
    {
        Send(Requests.Hello());
        return StatusMessage.Read(Expect(FrameType.Status));
    }

    /// <summary>Reads output until it contains a text.</summary>
    public string ReadUntil(string text)
    {
        var all = new StringBuilder();
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            OutputFrames.ReadOutput(Expect(FrameType.Output), out var bytes);
            all.Append(Encoding.UTF8.GetString(bytes));
        }
        return all.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
