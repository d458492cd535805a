import { copyDatabase } from './remoteShop'

/** Runs once the shop is open and before its first journey. */
export default copyDatabase
