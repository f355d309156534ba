using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace Brig.Guest;

/// <summary>
/// Writes one line for each test: <c>PASS name seconds</c>, <c>FAIL name seconds</c> or <c>SKIP name reason</c>; below a
/// failure stands its message, indented.
/// </summary>
internal sealed class Results(TextWriter writer) : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly TaskCompletionSource _finished = new();

    public int Failed { get; private set; }

    public Task Finished => _finished.Task;

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (writer)
        {
            switch (message)
            {
                case ITestPassed test:
                    Write("PASS", test.Test.DisplayName, test.ExecutionTime.ToString("0.0", CultureInfo.InvariantCulture));
                    break;
                case ITestSkipped test:
                    Write("SKIP", test.Test.DisplayName, test.Reason);
                    break;
                case ITestFailed test:
                    Write("FAIL", test.Test.DisplayName, test.ExecutionTime.ToString("0.0", CultureInfo.InvariantCulture));
                    Explain(test);
                    break;
                case ITestAssemblyFinished:
                    _finished.TrySetResult();
                    break;
                case IFailureInformation failure:     // a fixture that could not be made or disposed
                    Write("FAIL", message.GetType().Name, "0");
                    Explain(failure);
                    break;
            }
        }

        return true;
    }

    private void Write(string word, string name, string rest) => writer.WriteLine($"{word} {name.ReplaceLineEndings(" ")} {rest}");

    private void Explain(IFailureInformation failure)
    {
        Failed++;
        for (int i = 0; i < failure.Messages.Length; i++)
        {
            string text = $"{failure.ExceptionTypes[i]}: {failure.Messages[i]}\n{failure.StackTraces[i]}";
            writer.WriteLine("    " + text.ReplaceLineEndings("\n    "));
        }
    }
}
