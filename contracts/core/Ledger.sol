// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IEscrowMoves} from "../interfaces/IEscrowMoves.sol";
import {KITTY_ADDRESS} from "../types/Constants.sol";

using LedgerLib for Ledger global;

/// @dev One account in one slot, because a worker's money and score change together. Money in nRLC: 96 bits hold 900
/// billion times all RLC there is.
struct AccountState {
    // slot 0: 12 + 12 + 8
    uint96 free;
    uint96 frozen;
    /// @dev {Reputation} keeps it.
    uint64 score;
}

/// @dev Everybody's SRLC. The hub's own free balance is the sum of all that is frozen; the kitty, which every payout
/// looks at, is frozen, and its figure shares the hub's slot, whose frozen half would otherwise lie idle.
/// @custom:storage-location erc7201:poco.storage.Ledger
struct Ledger {
    uint256 totalSupply;
    mapping(address account => AccountState) accounts;
    mapping(address owner => mapping(address spender => uint256)) allowances;
}

uint256 constant LEDGER_SLOT = erc7201("poco.storage.Ledger");

function ledger() pure returns (Ledger storage $) {
    uint256 slot = LEDGER_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title LedgerLib
/// @dev The only code that moves SRLC. Every verb conserves: what leaves one pot enters another, or the supply changes
/// by as much; only what {seize} takes waits for {reward}, within the transaction. Every cast to 96 bits follows a
/// comparison with a 96-bit figure.
library LedgerLib {
    // Reading

    function freeOf(Ledger storage self, address account) internal view returns (uint256) {
        return self.accounts[account].free;
    }

    function frozenOf(Ledger storage self, address account) internal view returns (uint256) {
        if (account == address(this)) return 0;
        return self.accounts[_home(account)].frozen;
    }

    /// @dev The stakes of workerpools that failed, in nRLC.
    function kitty(Ledger storage self) internal view returns (uint256) {
        return self.accounts[address(this)].frozen;
    }

    // In and out

    /// @dev Creates `amount` for `account`.
    function mint(Ledger storage self, address account, uint256 amount) internal {
        uint256 supply = self.totalSupply;
        uint256 available = type(uint96).max - supply;
        require(amount <= available, IEscrowMoves.SupplyTooLarge(amount, available));
        require(account != address(0) && account != address(this), IERC20Errors.ERC20InvalidReceiver(account));

        self.totalSupply = supply + amount;
        self.accounts[account].free += uint96(amount);
        emit IERC20.Transfer(address(0), account, amount);
    }

    /// @dev Destroys `amount` of the free balance of `account`.
    function burn(Ledger storage self, address account, uint256 amount) internal {
        _debit(self, account, amount);
        self.totalSupply -= amount;
        emit IERC20.Transfer(account, address(0), amount);
    }

    // Between accounts

    /// @dev Moves `amount` between free balances. Nothing can be sent to the hub: nobody could ever move it again.
    function transfer(Ledger storage self, address from, address to, uint256 amount) internal {
        require(to != address(0) && to != address(this), IERC20Errors.ERC20InvalidReceiver(to));
        _move(self, from, to, amount);
    }

    /// @dev Allows `spender` to move `amount` of the free balance of `owner`.
    function approve(Ledger storage self, address owner, address spender, uint256 amount) internal {
        require(spender != address(0), IERC20Errors.ERC20InvalidSpender(spender));
        self.allowances[owner][spender] = amount;
        emit IERC20.Approval(owner, spender, amount);
    }

    /// @dev Takes `amount` off what `spender` may still move.
    function spend(Ledger storage self, address owner, address spender, uint256 amount) internal {
        uint256 allowed = self.allowances[owner][spender];
        require(amount <= allowed, IERC20Errors.ERC20InsufficientAllowance(spender, allowed, amount));
        self.approve(owner, spender, allowed - amount);
    }

    // The four moves of the escrow

    /// @dev free → frozen.
    function lock(Ledger storage self, address account, uint256 amount) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(amount <= free, IERC20Errors.ERC20InsufficientBalance(account, free, amount));
        // Cannot overflow: all balances together are the supply.
        _write(state, free - amount, frozen + amount, score);
        self.accounts[address(this)].free += uint96(amount);
        emit IERC20.Transfer(account, address(this), amount);
        emit IEscrowMoves.Lock(account, amount);
    }

    /// @dev frozen → free.
    function unlock(Ledger storage self, address account, uint256 amount) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(amount <= frozen, IEscrowMoves.InsufficientFrozen(account, frozen, amount));
        // Cannot overflow: all balances together are the supply.
        _write(state, free + amount, frozen - amount, score);
        self.accounts[address(this)].free -= uint96(amount);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Unlock(account, amount);
    }

    /// @dev Takes what {settle} gave back off the hub's own balance, for all accounts at once.
    function release(Ledger storage self, uint256 amount) internal {
        self.accounts[address(this)].free -= uint96(amount);
    }

    /// @dev frozen → in hand: nobody's, until {reward} hands out as much before the transaction ends.
    function seize(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        _thaw(self, account, amount);
        self.accounts[address(this)].free -= uint96(amount);
        emit IEscrowMoves.Seize(account, amount, ref);
    }

    /// @dev frozen → free of its `stake`, in hand → free of `amount`, and `points` more for its score, in one write.
    /// The hub still holds the stake, until {release}.
    function settle(
        Ledger storage self,
        address account,
        uint256 stake,
        uint256 amount,
        uint256 points,
        bytes32 ref
    ) internal {
        AccountState storage state = self.accounts[account];
        (uint256 free, uint256 frozen, uint256 score) = _read(state);
        require(stake <= frozen, IEscrowMoves.InsufficientFrozen(account, frozen, stake));
        // What was seized fits; anything else is a broken law.
        uint256 available = type(uint96).max - free - stake;
        require(amount <= available, IEscrowMoves.SupplyTooLarge(amount, available));
        // Cannot overflow: scores grow by one a task.
        _write(state, free + stake + amount, frozen - stake, score + points);
        emit IERC20.Transfer(address(this), account, stake);
        emit IEscrowMoves.Unlock(account, stake);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Reward(account, amount, ref);
    }

    /// @dev in hand → free.
    function reward(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        // What was seized fits; anything else is a broken law.
        require(amount <= type(uint96).max, IEscrowMoves.SupplyTooLarge(amount, type(uint96).max));
        self.accounts[account].free += uint96(amount);
        emit IERC20.Transfer(address(this), account, amount);
        emit IEscrowMoves.Reward(account, amount, ref);
    }

    /// @dev frozen → the kitty, where it stays frozen. No balance moves, so there is no Transfer.
    function forfeit(Ledger storage self, address account, uint256 amount, bytes32 ref) internal {
        _thaw(self, account, amount);
        self.accounts[address(this)].frozen += uint96(amount);
        emit IEscrowMoves.Seize(account, amount, ref);
        emit IEscrowMoves.Reward(KITTY_ADDRESS, amount, ref);
        emit IEscrowMoves.Lock(KITTY_ADDRESS, amount);
    }

    // Private

    /// @dev All that an account is, from its one slot.
    function _read(AccountState storage state) private view returns (uint256 free, uint256 frozen, uint256 score) {
        uint256 word;
        // Safe: reads the slot as {AccountState} lays it out, which `check:storage` and a test of its bytes keep.
        assembly ("memory-safe") {
            word := sload(state.slot)
        }
        return (uint96(word), uint96(word >> 96), word >> 192);
    }

    /// @dev Writes all that an account is at once: the compiler would write the slot for each member. Callers see to it
    /// that amounts fit 96 bits and scores 64.
    function _write(AccountState storage state, uint256 free, uint256 frozen, uint256 score) private {
        uint256 word = free | (frozen << 96) | (score << 192);
        // Safe: see {_read}.
        assembly ("memory-safe") {
            sstore(state.slot, word)
        }
    }

    /// @dev The account whose slot holds what `account` has frozen.
    function _home(address account) private view returns (address) {
        return account == KITTY_ADDRESS ? address(this) : account;
    }

    /// @dev Only called with what was frozen before: an overflow here is a broken law, not a bad input.
    function _thaw(Ledger storage self, address account, uint256 amount) private {
        AccountState storage state = self.accounts[_home(account)];
        require(amount <= state.frozen, IEscrowMoves.InsufficientFrozen(account, state.frozen, amount));
        state.frozen -= uint96(amount);
    }

    function _move(Ledger storage self, address from, address to, uint256 amount) private {
        _debit(self, from, amount);
        // Cannot overflow: all balances together are the supply.
        self.accounts[to].free += uint96(amount);
        emit IERC20.Transfer(from, to, amount);
    }

    function _debit(Ledger storage self, address account, uint256 amount) private {
        AccountState storage state = self.accounts[account];
        uint256 available = state.free;
        require(amount <= available, IERC20Errors.ERC20InsufficientBalance(account, available, amount));
        state.free = uint96(available - amount);
    }
}
