using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Evercam.Tests.Storage;

/// <summary>Counts what a server asks its catalog, and the rows that it is answered.</summary>
public sealed class Statements : DbCommandInterceptor
{
    private int count;
    private int rows;

    /// <summary>What was asked and answered since the last look.</summary>
    public (int Count, int Rows) Take() => (Interlocked.Exchange(ref count, 0), Interlocked.Exchange(ref rows, 0));

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref rows, eventData.ReadCount);
        return result;
    }
}
