import type { ProfileDocument } from '../../tools/profile-network';
import { byId } from './elements';
import { showProfile } from './profile-view';

// The script of `rho profile --html`: the profile lies in the page.
const profile = JSON.parse(byId('data', HTMLScriptElement).text) as ProfileDocument;
void showProfile(byId('profile', HTMLElement), profile);
