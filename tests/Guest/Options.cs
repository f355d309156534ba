using Xunit.Abstractions;

namespace Brig.Guest;

/// <summary>xunit's settings, all at their defaults but what is set here.</summary>
internal sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = new() { ["xunit.execution.SynchronousMessageReporting"] = true };

    public TValue GetValue<TValue>(string name) =>
        _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
