using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Evercam.Tests.Storage;

/// <summary>Counts what a server asks its catalog for its callers, and the rows that it is answered. What it asks by itself, such as
/// whether mail waits, does not count.</summary>
public sealed class Statements : DbCommandInterceptor
{
    private readonly HttpContextAccessor callers = new();
    private int count;
    private int rows;

    /// <summary>What was asked and answered since the last look.</summary>
    public (int Count, int Rows) Take() => (Interlocked.Exchange(ref count, 0), Interlocked.Exchange(ref rows, 0));

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        if (callers.HttpContext is not null)
        {
            Interlocked.Increment(ref count);
            Interlocked.Add(ref rows, eventData.ReadCount);
        }

        return result;
    }
}
