// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {ITokenSpender} from "../interfaces/external/ITokenSpender.sol";
import {IRlc} from "../interfaces/IRlc.sol";

/// @title Rlc
/// @dev {approveAndCall} calls the spender, last, which can do nothing then that it could not do in a transaction of
/// its own.
contract Rlc is IRlc, ERC20 {
    /// @dev 1,000 RLC: enough for a demonstration, and small enough that a typing mistake is noticed.
    uint256 private constant FAUCET_LIMIT = 1_000e9;

    /// @dev The encoding of `true`.
    bytes32 private constant YES = bytes32(uint256(1));

    constructor() ERC20("iExec Network Token", "RLC") {}

    /// @inheritdoc IRlc
    function faucet(uint256 amount) external {
        require(amount <= FAUCET_LIMIT, FaucetLimitExceeded(amount, FAUCET_LIMIT));

        _mint(msg.sender, amount);
    }

    /// @inheritdoc IRlc
    function approveAndCall(address spender, uint256 amount, bytes calldata data) external returns (bool) {
        require(spender.code.length > 0, ApprovalNotAccepted(spender));

        approve(spender, amount);

        bytes memory message = abi.encodeCall(ITokenSpender.receiveApproval, (msg.sender, amount, address(this), data));
        // Safe: this is last, and the spender can do nothing now that it could not do in a transaction of its own.
        (bool success, bytes memory answer) = spender.call(message);
        require(success || answer.length > 0, ApprovalNotAccepted(spender));
        if (!success) LowLevelCall.bubbleRevert(answer);
        require(bytes32(answer) == YES, ApprovalNotAccepted(spender));
        return true;
    }

    /// @inheritdoc IRlc
    function faucetLimit() external pure returns (uint256) {
        return FAUCET_LIMIT;
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public pure override(ERC20, IERC20Metadata) returns (uint8) {
        return 9;
    }
}
