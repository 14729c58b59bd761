import { count } from '../../data/format';
import type { ExcludedTokens } from '../../api/types';
import type { Results } from '../../data/results';
import { Figure, Scroll } from '../../parts/Bits';

/** The numbers of tokens that were excluded, each with its reason. */
function reasons(excluded: ExcludedTokens): string {
  const parts: [number, string][] = [
    [excluded.masked, 'masked'],
    [excluded.positions, 'by position'],
    [excluded.tokenIds, 'by id'],
    [excluded.normAbove, 'by norm'],
  ];
  const some = parts.filter(([tokens]) => tokens > 0);
  return some.length === 0 ? '0' : some.map(([tokens, why]) => `${count(tokens)} ${why}`).join(', ');
}

/** What counts in each scalar of a run, and what was left out. */
export function Excluded({ results }: { results: Results }) {
  return (
    <details class="card">
      <summary>All scalars: what counts and what was left out</summary>
      <Scroll label="Scalars">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Scalar</th>
              <th scope="col">Layer</th>
              <th scope="col">Tokens that count</th>
              <th scope="col">Excluded</th>
              <th scope="col">Not finite</th>
              <th scope="col">Short sequences</th>
              <th scope="col">Values not finite</th>
              <th scope="col">Active latents</th>
              <th scope="col">Values</th>
            </tr>
          </thead>
          <tbody>
            {results.summary!.scalars.map((one) => (
              <tr key={`${one.scalar}/${one.layer}`}>
                <th scope="row">
                  {one.scalar}
                  {one.zeroReason ? <small>all zero: {one.zeroReason}</small> : null}
                </th>
                <td>{one.layer}</td>
                <td>
                  <Figure value={one.tokens} text={count(one.tokens)} />
                </td>
                <td>{one.excluded ? reasons(one.excluded) : '—'}</td>
                <td>
                  <Figure value={one.nonFiniteTokens} text={count(one.nonFiniteTokens)} />
                </td>
                <td>
                  <Figure value={one.shortSequenceTokens} text={count(one.shortSequenceTokens)} />
                </td>
                <td>
                  <Figure value={one.nonFiniteValues} text={count(one.nonFiniteValues)} />
                </td>
                <td>
                  {one.activeLatents === null || one.activeLatents === undefined
                    ? '—'
                    : `${count(one.activeLatents)} of ${count(one.width)}`}
                </td>
                <td>{one.nonZeros === null || one.nonZeros === undefined ? '—' : count(one.nonZeros)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
