using System.Net;
using System.Threading.RateLimiting;

namespace Brig.Web.Auth;

/// <summary>Ten login attempts a minute from one address; more are refused unread.</summary>
internal sealed class LoginAttempts : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(from =>
        RateLimitPartition.GetFixedWindowLimiter(from, _ => new FixedWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));

    public bool TryTake(IPAddress? from)
    {
        using var lease = _limiter.AttemptAcquire(from ?? IPAddress.None);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
