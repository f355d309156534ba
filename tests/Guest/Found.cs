using Xunit;
using Xunit.Abstractions;

namespace Brig.Guest;

/// <summary>The tests of an assembly.</summary>
internal sealed class Found : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly List<ITestCase> _cases = [];
    private readonly TaskCompletionSource<IReadOnlyList<ITestCase>> _all = new();

    public Task<IReadOnlyList<ITestCase>> All => _all.Task;

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage found)
        {
            _cases.Add(found.TestCase);
        }
        else if (message is IDiscoveryCompleteMessage)
        {
            _all.TrySetResult(_cases);
        }
        return true;
    }
}
