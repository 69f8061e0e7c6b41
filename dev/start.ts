/** `npm start`: the whole of Rolecall on this machine; `npm start -- --once`: a story through it, checked. */
import { runStory } from './story/run-story.ts';
import { parseStartArguments, startHelp } from './start/arguments.ts';
import { runLive } from './start/run-live.ts';

try {
  const given = parseStartArguments(process.argv.slice(2));
  if (given.help) console.log(startHelp);
  else process.exitCode = await (given.once ? runStory() : runLive(given));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
