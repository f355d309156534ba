using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Denials;
using Brig.Shim.Launch;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>The shim's life after the launch: one thread, one epoll, until the program ends.</summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int SettleAfter = 200;    // milliseconds
    private const int Process = 0, Listener = 1, Stdout = 2, Stderr = 3, Stdin = 4, Denied = 5, FirstConnection = 16;
    private readonly int _epoll;
    private int _listener;
    private readonly string _runFolder, _stateFolder;
    private readonly bool _openStdin, _isTerminal, _isContainer;
    private readonly OomWatch _oom;
    private readonly LogFile? _log;
    private readonly ReplayRing? _replay;
    private readonly List<Connection?> _connections = [];
    private Launched _program = null!;
    private OutputPump _output = null!;
    private InputPump _input = null!;
    private DenialWatch? _denials;
    private ExitRecord? _exit;
    private bool _inTrouble, _settled;

    public EventLoop(LaunchPlan plan, Connection engine, List<Connection> joined)
    {
        _epoll = Errno.Check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1", "events");
        (_runFolder, _stateFolder) = (plan.RunFolder, plan.StateFolder);
        ExitFile.Forget(plan.StateFolder);
        (_openStdin, _isTerminal, _isContainer) = (plan.Streams.OpenStdin, plan.Streams.Tty, plan.Kind == LaunchKind.Create);
        _oom = new OomWatch(plan.Cgroup);
        _log = plan is { Kind: LaunchKind.Create, Streams.LogMaxFiles: > 0 } ? new LogFile(plan.StateFolder + "/log", plan.Streams.LogMaxSize, plan.Streams.LogMaxFiles) : null;
        _replay = plan.Kind == LaunchKind.Exec || plan.Streams.Tty ? new ReplayRing() : null;
        _connections.Add(engine);
        _connections.AddRange(joined);
    }

    /// <summary>Whoever comes is answered once the program runs.</summary>
    public void Listen()
    {
        _listener = ShimSocket.Listen(_runFolder);
        Shim.WritePid(_runFolder);
    }

    public void Start(Launched program, StepLog steps)
    {
        _program = program;
        _output = new OutputPump(_log, _replay, _connections);
        _input = new InputPump(program.Streams, _openStdin);
        var engine = _connections[0]!;
        engine.SendBlocking(Frame.Make(FrameType.Started, new StartedMessage(program.Pid, program.StartTicks, program.StartedAt).Write()));
        Shim.ProtectFromOom();
        program.Tell(steps);
        engine.SendBlocking(Frame.Make(FrameType.Birth, new BirthMessage(steps.InOrder()).Write()));
        _denials = program.Listener is { } listener ? new DenialWatch(listener) : null;
        Watch(program.Pidfd, Process, EPOLLIN);
        Watch(_listener, Listener, EPOLLIN);
        Serve(engine);
    }

    public void Run()
    {
        var events = stackalloc epoll_event[16];
        while (true)
        {
            WatchStreams();
            WatchConnections();
            _denials?.Tick(_epoll, Denied, _connections);
            var count = epoll_wait(_epoll, events, 16, WakeIn());
            var ended = false;
            for (var i = 0; i < count; i++)
            {
                var source = (int)events[i].data;
                if (source == Process)
                    ended = true;
                else if (source == Listener)
                    Accept();
                else if (source == Denied)
                    _denials!.Serve();
                else if (source is Stdout or Stderr)
                    Output((byte)(source - Stdout + 1), events[i].events);
                else if (source >= FirstConnection && _connections[source - FirstConnection] is { } connection)
                    Served(connection, events[i].events);
                if (source == Stdin || (source == Stdout && (events[i].events & EPOLLOUT) != 0))
                    InputAgain();
            }
            if (count <= 0)
                _log?.Flush();
            Settle();
            TellTrouble();
            if (!ended)
                continue;
            End();
            return;
        }
    }

    public void Dispose() => close(_epoll);

    /// <summary>Milliseconds; -1: only for an event.</summary>
    private int WakeIn()
    {
        var next = Sooner(_log?.FlushIn() ?? -1, _denials?.WakeIn() ?? -1);
        return _settled ? next : Sooner(next, SettleAfter);

        static int Sooner(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);
    }

    /// <summary>A short life ends before its garbage would be worth collecting; a long one should not carry it.</summary>
    private void Settle()
    {
        if (_settled || Clock(CLOCK_REALTIME) - _program.StartedAt < SettleAfter * 1_000_000L)
            return;
        _settled = true;
        Shim.GiveBackMemory();
    }

    private void Output(byte stream, uint events)
    {
        if ((events & ~EPOLLOUT) != 0 && !_output.Read(_program.Streams, stream))
            _output.Close(_program.Streams, stream, _epoll);
    }

    private void Accept()
    {
        var fd = accept4(_listener, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        for (var i = 0; i < _connections.Count; i++)
        {
            if (_connections[i] is not null)
                continue;
            _connections[i] = new Connection(fd);
            return;
        }
        _connections.Add(new Connection(fd));
    }

    private void Served(Connection connection, uint events)
    {
        if ((events & EPOLLOUT) != 0)
            connection.Flush();
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            connection.Receive();
        Serve(connection);
    }

    /// <summary>Answers every whole request that was received.</summary>
    private void Serve(Connection connection)
    {
        connection.WaitsForInput = false;
        try
        {
            while (!connection.Broken && Frame.TryParse(connection.Unread, out var type, out var payload, out var consumed))
            {
                if (type == FrameType.Input && _input.Write(payload) is var taken && taken < payload.Length)
                {
                    connection.ConsumeInput(taken);
                    connection.WaitsForInput = true;
                    return;
                }
                Answer(connection, type, payload);
                connection.Consume(consumed);
            }
        }
        catch (WireException)
        {
            connection.Break();
        }
    }

    private void Answer(Connection connection, FrameType type, ReadOnlySpan<byte> payload)
    {
        var request = new WireReader(payload);
        var errno = 0;
        switch (type)
        {
            case FrameType.Hello:
                connection.Send(Frame.Make(FrameType.Status, Status().Write()));
                _denials?.Tell(connection);
                return;
            case FrameType.Input:
                if (!_input.IsOpen)
                    Refuse(connection, Errno.EPIPE, "the program's standard input is not open");
                return;
            case FrameType.Attach:
                var flags = (AttachFlags)request.U8();
                connection.Send(Frame.Make(FrameType.Ack, []));
                if ((flags & AttachFlags.Replay) != 0)
                    _replay?.ReplayTo(connection);
                connection.Lossless = (flags & AttachFlags.Lossless) != 0;
                connection.Attached = true;
                return;
            case FrameType.Signal:
                errno = pidfd_send_signal(_program.Pidfd, request.I32()) == 0 ? 0 : Errno.Last;
                break;
            case FrameType.Resize:
                errno = _input.Resize(_isTerminal, request.U16(), request.U16());
                break;
            case FrameType.CloseInput:
                _input.Close();
                break;
            default:
                throw new WireException($"nobody knows frame type {(byte)type}");
        }
        if (errno == 0)
            connection.Send(Frame.Make(FrameType.Ack, []));
        else
            Refuse(connection, errno, $"{(type == FrameType.Signal ? "the signal could not be sent" : "the terminal could not be resized")}: {Errno.Describe(errno)}");
    }

    private static void Refuse(Connection connection, int errno, string sentence) =>
        connection.Send(Frame.Make(FrameType.Error, new ErrorMessage(errno, sentence).Write()));

    private StatusMessage Status() => new(
        _program.Pid, _program.StartTicks, _program.StartedAt, _exit,
        _log?.Trouble is { } why ? $"Its output cannot be written to the log: {why}."
        : _log is { Lost: > 0 and var lost } ? $"{lost} lines of its output could not be written to the log." : null);

    /// <summary>A log that cannot be written is told at once, to everybody, for a full disk is for somebody to mend; and so is its end.</summary>
    private void TellTrouble()
    {
        if (_inTrouble == _log?.Trouble is not null)
            return;
        _inTrouble = !_inTrouble;
        var status = Frame.Make(FrameType.Status, Status().Write());
        foreach (var connection in _connections)
            connection?.Send(status);
    }

    private void InputAgain()
    {
        foreach (var connection in _connections)
            if (connection is { WaitsForInput: true })
                Serve(connection);
    }

    private void WatchStreams()
    {
        var waiting = false;
        var paused = false;
        foreach (var connection in _connections)
        {
            waiting |= connection is { WaitsForInput: true };
            paused |= connection is { Attached: true, Lossless: true, Broken: false, Queued: > 0 };
        }
        var streams = _program.Streams;
        var read = paused ? 0 : EPOLLIN;
        _output.Interest(_epoll, streams.Stdout, Stdout, _isTerminal && waiting ? read | EPOLLOUT : read);
        _output.Interest(_epoll, streams.Stderr, Stderr, read);
        if (!_isTerminal)
            _output.Interest(_epoll, streams.Stdin, Stdin, waiting ? EPOLLOUT : 0);
    }

    private void WatchConnections()
    {
        for (var i = 0; i < _connections.Count; i++)
        {
            if (_connections[i] is not { } connection)
                continue;
            if (connection.Broken)
            {
                connection.Close();
                _connections[i] = null;
                continue;
            }
            // While its input waits for the program it is not listened to at all: even its going away comes after what it sent.
            var wanted = (connection.WaitsForInput ? 0 : EPOLLIN) | (connection.Queued > 0 ? EPOLLOUT : 0);
            if (wanted == connection.Interest)
                continue;
            var change = new epoll_event { events = wanted, data = FirstConnection + i };
            epoll_ctl(_epoll, wanted == 0 ? EPOLL_CTL_DEL : connection.Interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection.Fd, &change);
            connection.Interest = wanted;
        }
    }

    private void Watch(int fd, int source, uint events)
    {
        var change = new epoll_event { events = events, data = source };
        Errno.Check(epoll_ctl(_epoll, EPOLL_CTL_ADD, fd, &change), "epoll_ctl", "events");
    }

    /// <summary>The program ended: nothing that came out is lost, its end is on disk before anybody hears of it.</summary>
    private void End()
    {
        var status = _program.Wait();
        var finished = Clock(CLOCK_REALTIME);
        _output.Drain(_program.Streams);
        _log?.Finish();
        var signal = status & 0x7f;
        _exit = new ExitRecord(signal != 0 ? 128 + signal : status >> 8 & 0xff, signal, _oom.Struck, _program.StartedAt, finished);
        try
        {
            ExitFile.Write(_stateFolder, _exit, durable: _isContainer);
        }
        catch (LinuxException)
        {
            // The disk is full or the folder is gone; whoever is connected hears of the end all the same.
        }
        Shim.RemoveFiles(_runFolder);
        _denials?.TellAll(_connections);
        var last = Frame.Make(FrameType.Status, Status().Write());
        // First those who wait for nothing else; a slow one gets it behind the output it has not fetched.
        foreach (var connection in _connections)
            if (connection is { Queued: 0 })
                connection.Send(last);
            else
                connection?.Owe(connection.OwedDenials ? [.. _denials!.Everything(), .. last] : last);
        Deliver.Rest(_connections);
    }
}
